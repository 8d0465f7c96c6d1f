using Heron.Pages;
using Heron.Pages.Layout;

namespace Heron.ApiServer.Hosting;

/// <summary>Puts the pages into the server.</summary>
internal static class PageHosting
{
    /// <summary>Adds their services.</summary>
    public static IServiceCollection AddPagesOf(this IServiceCollection services, ServerSettings settings) => services.AddPages(
        new PageFrame(settings.Cluster, ServerVersion.Text));

    /// <summary>Adds their routes.</summary>
    public static void MapPagesOf(this IEndpointRouteBuilder routes) => routes.MapPages();
}
