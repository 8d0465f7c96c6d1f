// SPDX-License-Identifier: Apache-2.0
using Heron.Pages.Serving;
using Heron.Pages.Sources;
using Heron.Pages.Views;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Heron.Pages.History;

/// <summary>What has happened to all topologies.</summary>
internal static class HistoryRoutes
{
    /// <summary>Adds the route.</summary>
    public static void MapHistory(this IEndpointRouteBuilder routes) => routes.MapPage(PageUrls.History, ShowAsync);

    private static Task ShowAsync(HttpContext context) => PageAnswer.SendAsync<HistoryPage>(context, new()
    {
        [nameof(HistoryPage.Of)] = context.RequestServices.GetRequiredService<HistorySource>().All(),
    });
}
