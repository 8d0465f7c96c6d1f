using Heron.ApiServer.Answers;
using Heron.ApiServer.Routing;
using Heron.Operations.Describe;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Heron.ApiServer.Topologies;

/// <summary>The routes that look at topologies.</summary>
internal static class DescriptionEndpoints
{
    /// <summary>Adds the routes.</summary>
    public static IEndpointRouteBuilder MapDescriptions(this IEndpointRouteBuilder routes)
    {
        routes.MapRead("/api/v1/topologies", ListAsync);
        routes.MapRead(TopologyPath.Pattern, DescribeAsync);
        return routes;
    }

    private static async Task<JsonHttpResult<TopologyList>> ListAsync(
        TopologyCatalog catalog, string? cluster, string? role, string? environment, CancellationToken cancellationToken) =>
        TypedResults.Json(
            await catalog.ListAsync(new TopologyFilter(cluster, role, environment), cancellationToken),
            ApiJson.Relaxed.TopologyList);

    private static async Task<JsonHttpResult<TopologyDescription>> DescribeAsync(
        TopologyPath path, TopologyCatalog catalog, CancellationToken cancellationToken) =>
        TypedResults.Json(await catalog.DescribeAsync(path.Address, cancellationToken), ApiJson.Relaxed.TopologyDescription);
}
