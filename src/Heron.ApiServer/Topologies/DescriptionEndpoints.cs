using Heron.ApiServer.Answers;
using Heron.ApiServer.Routing;
using Heron.Operations.Describe;

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

    private static async Task<TaggedJson<TopologyList>> ListAsync(
        TopologyCatalog catalog, HttpRequest request, CancellationToken cancellationToken) => new(
        await catalog.ListAsync(ListParameters.Read(request.Query), cancellationToken),
        ApiJson.Relaxed.TopologyList);

    private static async Task<TaggedJson<TopologyDescription>> DescribeAsync(
        TopologyPath path, TopologyCatalog catalog, HttpRequest request, CancellationToken cancellationToken)
    {
        ListParameters.RequireKnown(request.Query);
        return new(await catalog.DescribeAsync(path.Address, cancellationToken), ApiJson.Relaxed.TopologyDescription);
    }
}
