using Heron.ApiServer.Access;
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
        routes.MapRead("/api/v1/topologies", ListAsync).Needs(Right.Read);
        routes.MapRead(TopologyPath.Pattern, DescribeAsync).Needs(Right.Read);
        return routes;
    }

    private static async Task<TaggedJson<TopologyList>> ListAsync(
        TopologyCatalog catalog, HttpContext context, CancellationToken cancellationToken)
    {
        var user = Login.Of(context).User;
        var query = ListParameters.Read(context.Request.Query) with
        {
            Visible = user.MayEverywhere(Right.Read) ? null : address => user.May(Right.Read, address),
        };
        return new(await catalog.ListAsync(query, cancellationToken), ApiJson.Relaxed.TopologyList);
    }

    private static async Task<TaggedJson<TopologyDescription>> DescribeAsync(
        TopologyPath path, TopologyCatalog catalog, HttpContext context, CancellationToken cancellationToken)
    {
        ListParameters.RequireKnown(context.Request.Query);
        var user = Login.Of(context).User;
        return new(
            await catalog.DescribeAsync(path.Address, address => user.May(Right.Read, address), cancellationToken),
            ApiJson.Relaxed.TopologyDescription);
    }
}
