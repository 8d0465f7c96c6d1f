// SPDX-License-Identifier: Apache-2.0
using Heron.Pages.Detail;
using Heron.Pages.History;
using Heron.Pages.Reference;
using Heron.Pages.Server;
using Heron.Pages.Serving;
using Heron.Pages.Sources;
using Heron.Pages.Submit;
using Heron.Pages.Topologies;
using Heron.Pages.Views;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Heron.Pages;

/// <summary>Adds the pages to a server.</summary>
public static class PagesSetup
{
    /// <summary>Adds the services. An <see cref="IApiReference"/> is the server's to add.</summary>
    /// <param name="services">The server's.</param>
    /// <param name="frame">What stands around every page.</param>
    public static IServiceCollection AddPages(this IServiceCollection services, PageFrame frame) => services
        .AddSingleton(frame)
        .AddSingleton<ContainerFolders>()
        .AddSingleton<FigureSource>()
        .AddSingleton<HistorySource>()
        .AddSingleton<RateBoard>()
        .AddSingleton<TopologySource>()
        .AddSingleton<ServerSource>();

    /// <summary>Adds the routes.</summary>
    public static IEndpointRouteBuilder MapPages(this IEndpointRouteBuilder routes)
    {
        routes.MapAssets();
        routes.MapTopologies();
        routes.MapTopology();
        routes.MapSubmit();
        routes.MapServer();
        routes.MapHistory();
        routes.MapReference();
        return routes;
    }
}
