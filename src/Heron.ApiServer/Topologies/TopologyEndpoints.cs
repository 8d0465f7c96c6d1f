// SPDX-License-Identifier: Apache-2.0
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
    private const string ContainerId = "container_id";

    /// <summary>Adds the routes.</summary>
    public static IEndpointRouteBuilder MapTopologies(this IEndpointRouteBuilder routes)
    {
        routes.MapPost("/api/v1/topologies", SubmitAsync).Needs(Right.Submit, "submit")
            .Described("submitTopology", RouteGroups.Topologies, "Submits a topology, or shows what a submission would do", route => route
                .Explained("With a field dry_run nothing is changed, and the answer is the packing plan as text.")
                .Multipart("A setting of the topology, as -D of the CLI sends it.")
                .Field("name", "The topology's name.", required: true, example: "wordcount")
                .Field("cluster", "The cluster that this server serves.", required: true, example: "nomad")
                .Field("role", "Whose topology it is.", required: true, example: "ads")
                .Field("environment", "Where it belongs; default without it.", example: "prod")
                .Field("user", "Who submits it; the role without it.", example: "alice")
                .Field("definition", "The .defn file that Heron's API writes.", ValueShape.Bytes, required: true)
                .Field("topology", "The topology's own files: a jar, a tar or a pex.", ValueShape.Bytes, required: true)
                .Field(RequestFlags.DryRun, "There at all: change nothing.")
                .Field(RequestFlags.DryRunFormat, "How the plan is shown.", ValueShape.OneOf("raw", "table", "colored_table"))
                .Answer(200, ApiJson.Relaxed.DryRunBody, "Of a dry run.", """{"response":"Packing plan of wordcount"}""")
                .Answer(200, ApiJson.Relaxed.CreatedBody, "Of a submission by Heron's CLI with warnings, which it prints.", "{}")
                .Answer(201, ApiJson.Relaxed.CreatedBody, "It is submitted.", """{"name":"wordcount","cluster":"nomad","role":"ads","environment":"prod"}""")
                .With("Location", "Where the topology is described.")
                .Fails(400, "The form is broken.", "the request is malformed: the form ends before its closing boundary")
                .Fails(409, "The topology is there already, or something is being done with it.", "Topology 'wordcount' already exists")
                .Fails(413, "It is too large.", "the body is larger than this server accepts; the operator can raise heron.apiserver.http.upload.max.bytes")
                .Fails(415, "It is no form.", "send a form: Content-Type multipart/form-data")
                .Fails(422, "A field is missing, the definition or a setting is wrong, or the topology fits nowhere.", "Validation failed")
                .Fails(502, "The scheduler or the uploader refused; what was begun is undone.", "Nomad refused the job")
                .Fails(503, "The scheduler or the state store is away; what was begun is undone.", "Nomad does not answer")
                .Fails(507, "The disk of the server is full.", "the disk of the server is full; its operator must make room"));
        routes.MapDelete(TopologyPath.Pattern, KillAsync).Needs(Right.Operate, "kill")
            .Described("killTopology", RouteGroups.Topologies, "Ends a topology", route => route
                .Explained("It gets through whatever else is being done with the topology.")
                .Answer(200, ApiJson.Relaxed.MessageBody, "It is gone, with its state.", """{"message":"wordcount killed"}""")
                .Fails(404, "There is no such topology.", "Topology 'wordcount' does not exist")
                .Fails(409, "Something else is being done with it, or it is at another place.", "wordcount is being updated by alice since 2026-11-28T19:46:00Z; try again when that is done")
                .Fails(503, "The scheduler or the state store is away; ask again.", "Nomad does not answer"));
        routes.MapPost(TopologyPath.Pattern + "/restart", RestartAsync).Needs(Right.Operate, "restart")
            .Described("restartTopology", RouteGroups.Topologies, "Restarts one container or all", route => route
                .Explained("Another field, or one in the address, is refused: without container_id all are restarted.")
                .Form(optional: true)
                .Field(ContainerId, "The container's number; -1, or no field, for all.", ValueShape.Whole(-1, int.MaxValue))
                .Answer(200, ApiJson.Relaxed.MessageBody, "They are restarted.", """{"message":"wordcount restarted"}""")
                .Fails(404, "There is no such topology.", "Topology 'wordcount' does not exist")
                .Fails(409, "Something else is being done with it, or it is at another place.", "wordcount is being updated by alice since 2026-11-28T19:46:00Z; try again when that is done")
                .Fails(422, "That is no container, or no field of a restart.", "container_id must be a container's number, 0 or higher, or -1 for all containers")
                .Fails(502, "The scheduler refused.", "Nomad refused to restart the allocation")
                .Fails(503, "The scheduler or the state store is away.", "Nomad does not answer"));
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
        FormFields.RefuseInAddress(context.Request);
        limit.Apply(context);
        using var arriving = await uploads.EnterAsync(context);

        // Not earlier: nobody is promised room while he waits.
        using var workspace = store.StageFolder(context.Request.ContentLength);
        var form = await FormReader.ReadAsync(MultipartForm.Of(context.Request), workspace, context.RequestAborted);
        arriving.Dispose();
        SubmissionRights.Check(context, form, rules);
        using var place = form.Has(RequestFlags.DryRun) ? await dryRuns.EnterAsync(context) : null;
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

    // -1, which the CLI always sends when no container is named, means all of them, as no field at all does. So a mistyped name must not pass
    // for none: it would restart the whole topology.
    private static async Task<int?> ReadContainerAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        FormFields.RefuseInAddress(request);
        var form = await SmallForm.ReadAsync(request, cancellationToken);
        if (form.Keys.FirstOrDefault(field => field != ContainerId) is { } unknown)
        {
            throw new HeronException(
                FaultKind.Invalid, $"a restart knows no field {ShownText.Of(unknown)}: the container is the field {ContainerId} of the form, and without it all are restarted");
        }

        var given = form[ContainerId];
        if (given.Count > 1)
        {
            throw new HeronException(FaultKind.Invalid, $"{ContainerId} is there {given.Count} times: restart one container, or all of them");
        }

        var text = given.FirstOrDefault();
        if (text is null)
        {
            return null;
        }

        if (!int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var id) || id < -1)
        {
            throw new HeronException(
                FaultKind.Invalid, $"{ContainerId} must be a container's number, 0 or higher, or -1 for all containers");
        }

        return id < 0 ? null : id;
    }
}
