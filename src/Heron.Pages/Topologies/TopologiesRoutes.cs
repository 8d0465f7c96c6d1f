// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using Heron.Core;
using Heron.Operations;
using Heron.Pages.Serving;
using Heron.Pages.Sources;
using Heron.Pages.Views;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Heron.Pages.Topologies;

/// <summary>The list.</summary>
internal static class TopologiesRoutes
{
    /// <summary>Adds the route.</summary>
    public static void MapTopologies(this IEndpointRouteBuilder routes) => routes.MapPage(PageUrls.Topologies, ListAsync);

    private static async Task ListAsync(HttpContext context)
    {
        var services = context.RequestServices;
        var query = QueryOf(context.Request.Query);
        TopologyListing listing;
        try
        {
            var source = services.GetRequiredService<TopologySource>();
            var (lines, behind) = await source.ListAsync(context.RequestAborted);
            listing = TopologyListing.Of(VisibleTo(context, lines), query);
            listing = listing with { Lines = source.WithRates(listing.Lines), Problem = behind };
        }
        catch (HeronException fault)
        {
            listing = TopologyListing.Of([], query) with { Problem = fault.Message };
        }

        await PageAnswer.SendAsync<TopologiesPage>(context, new()
        {
            [nameof(TopologiesPage.Of)] = listing,
            [nameof(TopologiesPage.Now)] = services.GetRequiredService<TimeProvider>().GetUtcNow(),
        });
    }

    private static IReadOnlyList<TopologyLine> VisibleTo(HttpContext context, IReadOnlyList<TopologyLine> lines) =>
        context.Features.Get<PageViewer>() is { } viewer
            ? [.. lines.Where(l => viewer.MayRead(new TopologyAddress(l.Cluster, l.Role, l.Environment, l.Name)))]
            : lines;

    private static ListQuery QueryOf(IQueryCollection query)
    {
        var sort = query["sort"].ToString();
        return new ListQuery(
            query["q"].ToString(),
            query["state"].ToString(),
            ListQuery.Sorts.Contains(sort) ? sort : ListQuery.Sorts[0],
            int.TryParse(query["page"], CultureInfo.InvariantCulture, out var page) ? page : 1);
    }
}
