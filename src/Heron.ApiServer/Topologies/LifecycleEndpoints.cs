using Heron.ApiServer.Hosting;
using Heron.Core.Topologies;
using Heron.Operations.Activation;
using Heron.Operations.Running;
using Heron.Operations.Update;

namespace Heron.ApiServer.Topologies;

/// <summary>The routes that change a running topology: activate, deactivate, update.</summary>
internal static class LifecycleEndpoints
{
    /// <summary>Adds the routes.</summary>
    public static IEndpointRouteBuilder MapLifecycle(this IEndpointRouteBuilder routes)
    {
        routes.MapPost(TopologyPath.Pattern + "/activate", ActivateAsync);
        routes.MapPost(TopologyPath.Pattern + "/deactivate", DeactivateAsync);
        routes.MapPost(TopologyPath.Pattern + "/update", UpdateAsync);
        return routes;
    }

    private static async Task<IResult> ActivateAsync(
        HttpContext context, TopologyPath path, OperationRunner runner, TopologyStates states, UpdateJournal journal)
    {
        var change = await runner.RunAsync(RequestClient.Of(context), path.Address, "activate", async (topology, token) =>
        {
            var result = await states.ActivateAsync(topology.Identity.Name, token);
            KeepAfterUpdate(journal, topology.Identity, running: true);
            return result;
        }, context.RequestAborted);
        return Message($"{path.Name} activated{Already(change)}");
    }

    private static async Task<IResult> DeactivateAsync(
        HttpContext context, TopologyPath path, OperationRunner runner, TopologyStates states, UpdateJournal journal)
    {
        var change = await runner.RunAsync(RequestClient.Of(context), path.Address, "deactivate", async (topology, token) =>
        {
            var result = await states.DeactivateAsync(topology.Identity.Name, token);
            KeepAfterUpdate(journal, topology.Identity, running: false);
            return result;
        }, context.RequestAborted);
        return Message($"{path.Name} deactivated{Already(change)}");
    }

    private static async Task<IResult> UpdateAsync(
        HttpContext context, TopologyPath path, OperationRunner runner, UpdateRequests updates)
    {
        var request = UpdateForm.Read(await SmallForm.ReadAsync(context.Request, context.RequestAborted));
        if (request.IsDryRun)
        {
            return Response(await updates.ShowAsync(path.Address, request, context.RequestAborted));
        }

        var warnings = await runner.RunAsync(
            RequestClient.Of(context),
            path.Address,
            "update",
            (topology, token) => updates.RunAsync(topology, request, token),
            context.RequestAborted);
        return Results.Json(
            new UpdatedBody($"{path.Name} updated") { Warnings = warnings.Count == 0 ? null : warnings },
            LifecycleJson.Relaxed.UpdatedBody);
    }

    /// <summary>What a person asked for last holds when an unfinished update is brought to its end.</summary>
    private static void KeepAfterUpdate(UpdateJournal journal, TopologyIdentity topology, bool running)
    {
        foreach (var unfinished in journal.Unfinished(topology))
        {
            unfinished.Replace(unfinished.Intent with { RunsAfterwards = running });
        }
    }

    private static string Already(StateChange change) => change == StateChange.AlreadyThere ? " already" : "";

    private static IResult Message(string text) => Results.Json(new MessageBody(text), ApiJson.Relaxed.MessageBody);

    private static IResult Response(string text) => Results.Json(new ResponseBody(text), LifecycleJson.Relaxed.ResponseBody);
}
