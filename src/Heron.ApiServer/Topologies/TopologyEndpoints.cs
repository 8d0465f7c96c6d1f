using System.Globalization;
using Heron.ApiServer.Access;
using Heron.ApiServer.Answers;
using Heron.ApiServer.Files;
using Heron.ApiServer.FormData;
using Heron.ApiServer.Routing;
using Heron.Core;
using Heron.Core.Configuration;
using Heron.Operations.Kill;
using Heron.Operations.Restart;
using Heron.Operations.Submit;
using Heron.Packages.Store;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Heron.ApiServer.Topologies;

/// <summary>Submitting, restarting and killing topologies.</summary>
internal static class TopologyEndpoints
{
    /// <summary>Adds the routes.</summary>
    public static IEndpointRouteBuilder MapTopologies(this IEndpointRouteBuilder routes)
    {
        routes.MapPost("/api/v1/topologies", SubmitAsync).Needs(Right.Submit, "submit");
        routes.MapDelete(TopologyPath.Pattern, KillAsync).Needs(Right.Operate, "kill");
        routes.MapPost(TopologyPath.Pattern + "/restart", RestartAsync).Needs(Right.Operate, "restart");
        return routes;
    }

    private static async Task<IResult> SubmitAsync(
        HttpContext context,
        SubmitTopology submit,
        PackageStore store,
        UploadGate uploads,
        DryRunGate dryRuns,
        UploadLimit limit,
        OverrideRules rules)
    {
        limit.Apply(context);
        using var workspace = store.StageFolder(context.Request.ContentLength);
        SubmissionForm form;
        using (await uploads.EnterAsync(context.RequestAborted))
        {
            form = await FormReader.ReadAsync(MultipartForm.Of(context.Request), workspace, context.RequestAborted);
        }

        SubmissionRights.Check(context, form, rules);
        using var place = form.Has("dry_run") ? await dryRuns.EnterAsync(context.RequestAborted) : null;
        var outcome = await submit.RunAsync(form, RequestClient.Of(context), context.RequestAborted);
        if (outcome.DryRun is { } text)
        {
            // The CLI prints "response" of a 200 and nothing of a 201: the two must not be mixed up.
            await DryRunAnswer.SendAsync(context, text);
            return Results.Empty;
        }

        var topology = outcome.Identity;
        var path = new TopologyPath(topology.Cluster, topology.Role, topology.Environment, topology.Name);
        context.Response.Headers.Location = context.Request.PathBase + path.ToUri();

        // That client prints what stands in "response" of a 200, and nothing of a 201.
        var printed = outcome.Warnings.Count > 0 && RequestClient.IsHeronCli(context.Request)
            ? string.Join('\n', outcome.Warnings.Select(warning => "WARNING: " + ShownText.Line(warning)))
            : null;
        return TypedResults.Json(
            new CreatedBody(topology.Name, topology.Cluster, topology.Role, topology.Environment)
            {
                Warnings = outcome.Warnings.Count == 0 ? null : outcome.Warnings,
                Response = printed,
            },
            ApiJson.Relaxed.CreatedBody,
            statusCode: printed is null ? StatusCodes.Status201Created : StatusCodes.Status200OK);
    }

    private static async Task<JsonHttpResult<MessageBody>> KillAsync(
        TopologyPath path, HttpContext context, KillTopology kill, CancellationToken cancellationToken)
    {
        await kill.RunAsync(path.Address, RequestClient.Of(context), cancellationToken);
        return TypedResults.Json(new MessageBody($"{path.Name} killed"), ApiJson.Relaxed.MessageBody);
    }

    private static async Task<JsonHttpResult<MessageBody>> RestartAsync(
        TopologyPath path, HttpContext context, RestartTopology restart, CancellationToken cancellationToken)
    {
        var container = await ReadContainerAsync(context.Request, cancellationToken);
        var warnings = await restart.RunAsync(path.Address, container, RequestClient.Of(context), cancellationToken);
        return TypedResults.Json(MessageBody.Of($"{path.Name} restarted", warnings), ApiJson.Relaxed.MessageBody);
    }

    // -1, which the CLI always sends when no container is named, means all of them, as no field at all does.
    private static async Task<int?> ReadContainerAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        var text = (await SmallForm.ReadAsync(request, cancellationToken))["container_id"].FirstOrDefault();
        if (text is null)
        {
            return null;
        }

        if (!int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var id) || id < -1)
        {
            throw new HeronException(
                FaultKind.Invalid, "container_id must be a container's number, 0 or higher, or -1 for all containers");
        }

        return id < 0 ? null : id;
    }
}
