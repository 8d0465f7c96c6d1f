// SPDX-License-Identifier: Apache-2.0
using Heron.ApiServer.Access;
using Heron.ApiServer.Answers;
using Heron.ApiServer.Files;
using Heron.ApiServer.FormData;
using Heron.ApiServer.Routing;
using Heron.Core.Configuration;
using Heron.Operations.Activation;
using Heron.Operations.Update;

namespace Heron.ApiServer.Topologies;

/// <summary>The routes that change a running topology: activate, deactivate, update.</summary>
internal static class LifecycleEndpoints
{
    /// <summary>Adds the routes.</summary>
    public static IEndpointRouteBuilder MapLifecycle(this IEndpointRouteBuilder routes)
    {
        routes.MapPost(TopologyPath.Pattern + "/activate", ActivateAsync).Needs(Right.Operate, "activate")
            .Described("activateTopology", RouteGroups.Topologies, "Lets the spouts run", route => route
                .Answer(200, ApiJson.Relaxed.MessageBody, "They run.", """{"message":"wordcount activated"}""")
                .Fails(404, "There is no such topology.", "Topology 'wordcount' does not exist")
                .Fails(409, "Something else is being done with it, or it is at another place.", "wordcount is being updated by alice since 2026-11-28T19:46:00Z; try again when that is done")
                .Fails(502, "The topology manager refused.", "the topology manager refused")
                .Fails(503, "The topology manager is away.", "the topology manager does not answer"));
        routes.MapPost(TopologyPath.Pattern + "/deactivate", DeactivateAsync).Needs(Right.Operate, "deactivate")
            .Described("deactivateTopology", RouteGroups.Topologies, "Stops the spouts", route => route
                .Answer(200, ApiJson.Relaxed.MessageBody, "They are at rest.", """{"message":"wordcount deactivated"}""")
                .Fails(404, "There is no such topology.", "Topology 'wordcount' does not exist")
                .Fails(409, "Something else is being done with it, or it is at another place.", "wordcount is being updated by alice since 2026-11-28T19:46:00Z; try again when that is done")
                .Fails(502, "The topology manager refused.", "the topology manager refused")
                .Fails(503, "The topology manager is away.", "the topology manager does not answer"));
        routes.MapPost(TopologyPath.Pattern + "/update", UpdateAsync).Needs(Right.Operate, "update")
            .Described("updateTopology", RouteGroups.Topologies, "Changes the parallelism of components, the number of containers, or settings", route => route
                .Form(others: "A setting that counts for the new plan, as -D of the CLI sends it.")
                .Field("component_parallelism", "COMPONENT:N, separated by commas; the field may be repeated.", example: "word:4,count:2")
                .Field("container_number", "How many containers there should be.", ValueShape.Whole(1, int.MaxValue))
                .Field("runtime_config", "[COMPONENT:]KEY:VALUE, separated by commas. Not together with the two above.", example: "word:topology.word.rate:10")
                .Field(RequestFlags.DryRun, "There at all: change nothing, and show the new plan.")
                .Field(RequestFlags.DryRunFormat, "How the plan is shown.", ValueShape.OneOf("raw", "table", "colored_table"))
                .Answer(200, ApiJson.Relaxed.MessageBody, "It is done.", """{"message":"wordcount updated"}""")
                .Answer(200, ApiJson.Relaxed.DryRunBody, "Of a dry run.", "{}")
                .Fails(404, "There is no such topology.", "Topology 'wordcount' does not exist")
                .Fails(409, "Something else is being done with it, or it is at another place.", "wordcount is being updated by alice since 2026-11-28T19:46:00Z; try again when that is done")
                .Fails(422, "The fields say nothing that can be done.", "missing component_parallelism or runtime_config param")
                .Fails(502, "The scheduler or the topology manager refused; the topology is as before, or the same update finishes it.", "Nomad refused the job")
                .Fails(503, "The scheduler, the state store or the topology manager is away.", "Nomad does not answer"));
        return routes;
    }

    private static async Task<IResult> ActivateAsync(HttpContext context, TopologyPath path, TopologyActivation activation)
    {
        var change = await activation.ActivateAsync(path.Address, RequestClient.Of(context), context.RequestAborted);
        return Message($"{path.Name} activated{Already(change)}");
    }

    private static async Task<IResult> DeactivateAsync(HttpContext context, TopologyPath path, TopologyActivation activation)
    {
        var change = await activation.DeactivateAsync(path.Address, RequestClient.Of(context), context.RequestAborted);
        return Message($"{path.Name} deactivated{Already(change)}");
    }

    private static async Task<IResult> UpdateAsync(
        HttpContext context, TopologyPath path, UpdateRequests updates, DryRunGate gate, OverrideRules rules)
    {
        FormFields.RefuseInAddress(context.Request);
        var request = UpdateForm.Read(await SmallForm.ReadAsync(context.Request, context.RequestAborted));
        SubmissionRights.CheckSettings(context, path.Address, request.Overrides.Keys, rules);
        if (request.IsDryRun)
        {
            using var place = await gate.EnterAsync(context);
            await DryRunAnswer.SendAsync(context, await updates.ShowAsync(path.Address, request, context.RequestAborted));
            return Results.Empty;
        }

        var warnings = await updates.RunAsync(path.Address, request, RequestClient.Of(context), context.RequestAborted);
        return Message($"{path.Name} updated", warnings);
    }

    private static string Already(StateChange change) => change == StateChange.AlreadyThere ? " already" : "";

    private static IResult Message(string text, IReadOnlyList<string>? warnings = null) =>
        Results.Json(MessageBody.Of(text, warnings ?? []), ApiJson.Relaxed.MessageBody);
}
