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
        routes.MapPost(TopologyPath.Pattern + "/activate", ActivateAsync).Needs(Right.Operate, "activate");
        routes.MapPost(TopologyPath.Pattern + "/deactivate", DeactivateAsync).Needs(Right.Operate, "deactivate");
        routes.MapPost(TopologyPath.Pattern + "/update", UpdateAsync).Needs(Right.Operate, "update");
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
        var request = UpdateForm.Read(await SmallForm.ReadAsync(context.Request, context.RequestAborted));
        SubmissionRights.CheckSettings(context, path.Address, request.Overrides.Keys, rules);
        if (request.IsDryRun)
        {
            using var place = await gate.EnterAsync(context.RequestAborted);
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
