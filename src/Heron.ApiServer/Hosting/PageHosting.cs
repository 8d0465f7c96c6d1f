// SPDX-License-Identifier: Apache-2.0
using Heron.ApiServer.Access;
using Heron.ApiServer.Routing;
using Heron.Pages;
using Heron.Pages.Views;

namespace Heron.ApiServer.Hosting;

/// <summary>Puts the pages into the server.</summary>
internal static class PageHosting
{
    private const string Topology = "/topologies/{name}";
    private const string Tools = "/tools";
    private const string Assets = "/assets/";

    /// <summary>Adds their services.</summary>
    public static IServiceCollection AddPagesOf(this IServiceCollection services, ServerSettings settings) => services.AddPages(
        new PageFrame(settings.Cluster, ServerVersion.Text));

    /// <summary>Adds their routes, each with the right that it needs.</summary>
    public static void MapPagesOf(this IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("");
        ((IEndpointConventionBuilder)group).Add(page => page.Metadata.Add(AccessOf(((RouteEndpointBuilder)page).RoutePattern.RawText ?? "")));
        group.NotDescribed("a page for people: docs/pages.md");
        group.MapPages();
    }

    // What shows one topology, or a list that is cut to what its reader may see; all else shows what belongs to everybody.
    private static RouteAccess AccessOf(string pattern) => pattern switch
    {
        _ when pattern.StartsWith(Topology, StringComparison.Ordinal) =>
            new RouteAccess(pattern.EndsWith(Tools, StringComparison.Ordinal) ? Right.Operate : Right.Read, null) { IsByName = true },
        PageUrls.Topologies or PageUrls.Submit or PageUrls.Reference => new RouteAccess(Right.Read, null),
        _ when pattern.StartsWith(Assets, StringComparison.Ordinal) => new RouteAccess(Right.Read, null),
        _ => new RouteAccess(Right.Read, null, ForAll: true),
    };
}
