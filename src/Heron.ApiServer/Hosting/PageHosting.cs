using Heron.ApiServer.Access;
using Heron.Pages;
using Heron.Pages.Layout;

namespace Heron.ApiServer.Hosting;

/// <summary>Puts the pages into the server.</summary>
internal static class PageHosting
{
    /// <summary>Adds their services.</summary>
    public static IServiceCollection AddPagesOf(this IServiceCollection services, ServerSettings settings) => services.AddPages(
        new PageFrame(settings.Cluster, ServerVersion.Text));

    /// <summary>Adds their routes. Pages show what belongs to everybody: whoever looks at them needs the right to read all of it.</summary>
    public static void MapPagesOf(this IEndpointRouteBuilder routes) => routes.MapGroup("").NeedsForAll(Right.Read).MapPages();
}
