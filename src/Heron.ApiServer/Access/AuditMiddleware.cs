// SPDX-License-Identifier: Apache-2.0
using System.Net;
using Heron.ApiServer.Errors;
using Heron.ApiServer.Routing;
using Heron.Core;

namespace Heron.ApiServer.Access;

/// <summary>Notes every change in the audit, before its answer goes out. Runs behind routing.</summary>
internal sealed class AuditMiddleware(RequestDelegate next, AuditLog audit, TimeProvider time)
{
    /// <summary>Runs the rest of the pipeline.</summary>
    public Task InvokeAsync(HttpContext context)
    {
        if (context.GetEndpoint()?.Metadata.GetMetadata<RouteAccess>()?.Action is { } name)
        {
            context.Features.Set(AuditedAction.Of(name, context));
            var written = false;
            context.Response.OnStarting(Write);

            // When nobody waited for the answer; it was done all the same.
            context.Response.OnCompleted(Write);

            Task Write()
            {
                if (!written && context.Features.Get<AuditedAction>() is { } action)
                {
                    written = true;
                    audit.Write(EntryOf(context, action));
                }

                return Task.CompletedTask;
            }
        }

        return next(context);
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
