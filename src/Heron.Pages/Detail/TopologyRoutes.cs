// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using Heron.Core;
using Heron.Core.Daemons;
using Heron.Pages.Serving;
using Heron.Pages.Sources;
using Heron.Pages.Views;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Heron.Pages.Detail;

/// <summary>The pages of one topology.</summary>
internal static class TopologyRoutes
{
    private const string Root = "/topologies/{name}";

    /// <summary>Adds the routes.</summary>
    public static void MapTopology(this IEndpointRouteBuilder routes)
    {
        routes.MapPage(Root, context => ShowAsync<Overview>(context));
        routes.MapPage(Root + "/containers", context => ShowAsync<Containers>(context));
        routes.MapPage(Root + "/containers/{container:int}", ContainerAsync);
        routes.MapPage(Root + "/containers/{container:int}/tools", ToolAsync);
        routes.MapPage(Root + "/figures", FiguresAsync);
        routes.MapPage(Root + "/exceptions", ExceptionsAsync);
        routes.MapPage(Root + "/configuration", ConfigurationAsync);
        routes.MapPage(Root + "/history", HistoryAsync);
        routes.MapPage(Root + "/packages", PackagesAsync);
        routes.MapPage(Root + "/actions", context => ShowAsync<Actions>(context));
    }

    private static async Task ConfigurationAsync(HttpContext context)
    {
        var source = context.RequestServices.GetRequiredService<TopologySource>();
        await ShowAsync<Configuration>(
            context, (nameof(Configuration.Settings), await source.SettingsAsync(NameOf(context), context.RequestAborted)));
    }

    private static async Task PackagesAsync(HttpContext context)
    {
        var source = context.RequestServices.GetRequiredService<TopologySource>();
        await ShowAsync<Packages>(context, (nameof(Packages.Found), await source.PackageAsync(NameOf(context), context.RequestAborted)));
    }

    private static Task HistoryAsync(HttpContext context) => ShowAsync<History>(
        context, (nameof(History.Events), context.RequestServices.GetRequiredService<HistorySource>().Of(NameOf(context), few: false)));

    private static async Task ContainerAsync(HttpContext context)
    {
        var services = context.RequestServices;
        var (name, id) = (NameOf(context), ContainerOf(context));
        var query = context.Request.Query;
        var file = query["file"].ToString();
        var grep = query["grep"].ToString();
        var folder = file.LastIndexOf('/') is >= 0 and var end ? file[..end] : query["path"].ToString();
        var folders = services.GetRequiredService<ContainerFolders>();
        var files = folders.ListAsync(name, id, folder, context.RequestAborted);
        var output = query["output"].ToString();
        var log = ContainerFolders.Outputs.ContainsKey(output) ? folders.OutputAsync(name, id, output, grep, context.RequestAborted)
            : file.Length > 0 ? folders.TailAsync(name, id, file, grep, context.RequestAborted)
            : null;
        var view = await FindAsync(context);
        var container = view.Containers.FirstOrDefault(c => c.Id == id)
            ?? throw new HeronException(FaultKind.NotFound, $"{view.Name} has no container {id}");
        await ShowAsync<ContainerPage>(
            context,
            view,
            (nameof(ContainerPage.Container), container),
            (nameof(ContainerPage.Files), await files),
            (nameof(ContainerPage.Folder), folder),
            (nameof(ContainerPage.File), log is null ? null : await log),
            (nameof(ContainerPage.FilePath), file.Length > 0 ? file : output),
            (nameof(ContainerPage.FileField), file.Length > 0 ? "file" : "output"),
            (nameof(ContainerPage.Grep), grep));
    }

    private static async Task ToolAsync(HttpContext context)
    {
        var query = context.Request.Query;
        var tool = query["tool"] == "histo" ? JvmTool.Histo : JvmTool.Jstack;
        var instance = query["instance"].ToString();
        var container = ContainerOf(context);
        var folders = context.RequestServices.GetRequiredService<ContainerFolders>();
        await ShowAsync<ToolPage>(
            context,
            (nameof(ToolPage.Container), container),
            (nameof(ToolPage.Instance), instance),
            (nameof(ToolPage.Output), await folders.RunAsync(NameOf(context), container, tool, instance, context.RequestAborted)));
    }

    private static int ContainerOf(HttpContext context) =>
        int.Parse((string)context.Request.RouteValues["container"]!, CultureInfo.InvariantCulture);

    private static async Task FiguresAsync(HttpContext context)
    {
        var query = context.Request.Query;
        var component = query["component"].ToString();
        var minutes = int.TryParse(query["minutes"], CultureInfo.InvariantCulture, out var asked)
            && Figures.Spans.Any(s => s.Minutes == asked) ? asked : Figures.Spans[1].Minutes;
        var source = context.RequestServices.GetRequiredService<TopologySource>();
        await ShowAsync<Figures>(
            context,
            (nameof(Figures.Over), await source.PlotsAsync(NameOf(context), component, minutes, context.RequestAborted)),
            (nameof(Figures.Component), component),
            (nameof(Figures.Minutes), minutes));
    }

    private static async Task ExceptionsAsync(HttpContext context)
    {
        var source = context.RequestServices.GetRequiredService<TopologySource>();
        await ShowAsync<Exceptions>(
            context, (nameof(Exceptions.Found), await source.ExceptionsAsync(NameOf(context), context.RequestAborted)));
    }

    private static Task<TopologyView> FindAsync(HttpContext context) => context.RequestServices.GetRequiredService<TopologySource>()
        .FindAsync(NameOf(context), context.Features.Get<PageViewer>()?.MayRead, context.RequestAborted);

    private static string NameOf(HttpContext context) => (string)context.Request.RouteValues["name"]!;

    private static async Task ShowAsync<TPage>(HttpContext context, params (string Key, object? Value)[] more)
        where TPage : IComponent => await ShowAsync<TPage>(
        context,
        await FindAsync(context),
        more);

    private static async Task ShowAsync<TPage>(HttpContext context, TopologyView view, params (string Key, object? Value)[] more)
        where TPage : IComponent
    {
        var parameters = new Dictionary<string, object?>
        {
            [nameof(TopologyPage.Of)] = view,
            [nameof(TopologyPage.Now)] = context.RequestServices.GetRequiredService<TimeProvider>().GetUtcNow(),
        };
        foreach (var (key, value) in more)
        {
            parameters[key] = value;
        }

        await PageAnswer.SendAsync<TPage>(context, parameters);
    }
}
