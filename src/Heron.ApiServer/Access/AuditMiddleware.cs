// SPDX-License-Identifier: Apache-2.0
using System.Net;
using Heron.ApiServer.Errors;
using Heron.ApiServer.Routing;
using Heron.Core;
using Microsoft.AspNetCore.Http.Features;

namespace Heron.ApiServer.Access;

/// <summary>
/// Notes every change in the audit, before its answer goes out. A change that could not be noted is not begun; one that was done and cannot
/// be noted is not answered as if all were well. Runs behind routing.
/// </summary>
internal sealed class AuditMiddleware(RequestDelegate next, AuditLog audit, TimeProvider time)
{
    // What makes room on disks. An audit for which a full one has none does not hinder it.
    private static readonly string[] MakesRoom = ["kill", "delete file"];

    /// <summary>Runs the rest of the pipeline.</summary>
    public Task InvokeAsync(HttpContext context) =>
        context.GetEndpoint()?.Metadata.GetMetadata<RouteAccess>()?.Action is { } name ? NotedAsync(context, name) : next(context);

    private async Task NotedAsync(HttpContext context, string name)
    {
        audit.Prepare(MakesRoom.Contains(name));
        context.Features.Set(AuditedAction.Of(name, context));
        var isNoted = false;

        // As late as can be, since only then it is known what came of it, and before the first byte: in whatever throws, another answer can be
        // given then. Kestrel's own callback cannot throw without cutting the connection.
        var body = context.Features.GetRequiredFeature<IHttpResponseBodyFeature>();
        context.Features.Set<IHttpResponseBodyFeature>(new StreamResponseBodyFeature(new ToldStream(body.Stream, Note), body));
        context.Response.OnStarting(NoteQuietly);

        // When nobody waited for the answer; it was done all the same.
        context.Response.OnCompleted(NoteQuietly);
        await next(context);
        if (context.Response.StatusCode < StatusCodes.Status400BadRequest)
        {
            Note();
        }

        void Note()
        {
            if (!isNoted && context.Features.Get<AuditedAction>() is { } action)
            {
                isNoted = true;
                var entry = EntryOf(context, action);
                try
                {
                    audit.Write(entry);
                }
                catch (HeronException) when (entry.Status >= StatusCodes.Status400BadRequest)
                {
                    // Nothing was done, and that is what is answered.
                }
            }
        }

        Task NoteQuietly()
        {
            try
            {
                Note();
            }
            catch (HeronException)
            {
                // It is in the log, and nobody can be told.
            }

            return Task.CompletedTask;
        }
    }

    private AuditEntry EntryOf(HttpContext context, AuditedAction action)
    {
        var login = context.Features.Get<Login>();
        var address = context.Connection.RemoteIpAddress ?? IPAddress.None;
        return new AuditEntry
        {
            Time = time.GetUtcNow(),
            Request = context.TraceIdentifier,
            User = login?.User.Name ?? action.ClaimedUser ?? "",
            Login = login?.Method ?? "",
            Address = (address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address).ToString(),
            Action = action.Name,
            Topology = action.Topology,
            Status = context.Response.StatusCode,
            Reason = context.Features.Get<RefusalReason>()?.Text,
            Previous = "",
        };
    }
}

/// <summary>What a request does, for the audit: set as soon as it is known.</summary>
/// <param name="Name">See <see cref="AuditEntry.Action"/>.</param>
/// <param name="Topology">See <see cref="AuditEntry.Topology"/>.</param>
/// <param name="ClaimedUser">Who it says that it comes from, when that is not proved.</param>
internal sealed record AuditedAction(string Name, string? Topology = null, string? ClaimedUser = null)
{
    /// <summary>An action on the topology that a path names, or on none.</summary>
    public static AuditedAction Of(string name, HttpContext context) => new(
        name,
        TopologyPath.Of(context) is { } path ? ShownText.Of(path.ToString(), 1024) : null);
}
