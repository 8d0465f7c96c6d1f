// SPDX-License-Identifier: Apache-2.0
using Heron.Pages.Serving;
using Heron.Pages.Sources;
using Heron.Pages.Views;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Heron.Pages.Server;

/// <summary>The server's own page.</summary>
internal static class ServerRoutes
{
    /// <summary>Adds the route.</summary>
    public static void MapServer(this IEndpointRouteBuilder routes)
    {
        // Made now: the server is as old as this.
        _ = routes.ServiceProvider.GetRequiredService<ServerSource>();
        routes.MapPage(PageUrls.Server, ShowAsync);
    }

    private static async Task ShowAsync(HttpContext context)
    {
        var services = context.RequestServices;
        await PageAnswer.SendAsync<ServerPage>(context, new()
        {
            [nameof(ServerPage.Of)] = await services.GetRequiredService<ServerSource>().LookAsync(context.RequestAborted),
            [nameof(ServerPage.Now)] = services.GetRequiredService<TimeProvider>().GetUtcNow(),
        });
    }
}
