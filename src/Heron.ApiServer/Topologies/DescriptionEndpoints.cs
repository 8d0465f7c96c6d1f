// SPDX-License-Identifier: Apache-2.0
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
        routes.MapMethods("/api/v1/topologies", ReadRoutes.GetAndHead, ListAsync).Needs(Right.Read)
            .Described("listTopologies", RouteGroups.Topologies, "Lists the topologies that the caller may see", route => route
                .Query("cluster", "Only those of this cluster.")
                .Query("role", "Only those of this role.")
                .Query("environment", "Only those of this environment.")
                .Query("name", "Only those whose name is this, in any case; * and ? stand for anything and any letter.", example: "word*")
                .Query("state", "Only those in one of these states, separated by commas: " + string.Join(", ", TopologyWords.States) + ".", example: "FAILING,DEGRADED")
                .Query("sort", "By " + string.Join(", ", Enum.GetNames<TopologyOrder>().Select(name => name.ToLowerInvariant())) + "; with - before it the other way round.", example: "-submitted")
                .Query("limit", "The most of one page; without it all.", ValueShape.Whole(1, TopologyQuery.LargestPage))
                .Query("after", "The next of the page before.")
                .Answer(200, ApiJson.Relaxed.TopologyList, "A page of them.", """
                    {"topologies":[{"name":"wordcount","id":"wordcount3f2a","cluster":"nomad","role":"ads","environment":"prod","user":"alice","submitted":1764440760,
                    "state":"RUNNING","heron_state":"RUNNING","containers":{"wanted":3,"running":3}}],"total":1,"states":{"RUNNING":1}}
                    """)
                .With("ETag", "Of the answer.")
                .Bare(304, "It is the one that If-None-Match names.")
                .Fails(400, "A parameter means nothing.", "limit must be a number from 1 to 1000, not '0'")
                .Fails(503, "The state store is away, and was never seen.", "ZooKeeper does not answer"));
        routes.MapMethods(TopologyPath.Pattern, ReadRoutes.GetAndHead, DescribeAsync).Needs(Right.Read)
            .Described("getTopology", RouteGroups.Topologies, "Describes a topology with every container", route => route
                .Answer(200, ApiJson.Relaxed.TopologyDescription, "The topology; docs/observe.md says what its words mean.", """
                    {"name":"wordcount","id":"wordcount3f2a","cluster":"nomad","role":"ads","environment":"prod","user":"alice","submitted":1764440760,
                    "state":"RUNNING","release":{"version":"0.20.5-incubating","user":"heron"},
                    "containers":[{"id":1,"instances":[{"component":"word","task":1,"index":0,"id":"container_1_word_1"}],"state":"RUNNING","node":"node-7"}],
                    "heron_state":"RUNNING","scheduler_pages":[],"manager":{"host":"node-7","controller_port":31001,"stats_port":31002}}
                    """)
                .With("ETag", "Of the answer.")
                .Bare(304, "It is the one that If-None-Match names.")
                .Fails(400, "There are no parameters here.", "Unknown query parameter 'verbose': there are none here")
                .Fails(404, "There is no such topology.", "Topology 'wordcount' does not exist")
                .Fails(409, "The topology is at another place.", TopologyPath.ElsewhereExample)
                .Fails(503, "The state store is away, and was never seen.", "ZooKeeper does not answer"));
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
