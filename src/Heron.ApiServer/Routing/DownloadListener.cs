// SPDX-License-Identifier: Apache-2.0
using Heron.Core;
using Microsoft.AspNetCore.Connections;

namespace Heron.ApiServer.Routing;

/// <summary>
/// The listener of <c>--download-listen</c>: nodes fetch packages and heron-core there, and need not reach the API. Its connections are
/// marked as they are taken, so that no header and no address can make one of them into another.
/// </summary>
internal static class DownloadListener
{
    /// <summary>Marks a connection as one for downloads only.</summary>
    public static ConnectionDelegate Middleware(ConnectionDelegate next) => connection =>
    {
        connection.Features.Set(Mark.Instance);
        return next(connection);
    };

    /// <summary>The route is there for nodes, too.</summary>
    public static TBuilder IsForNodes<TBuilder>(this TBuilder route)
        where TBuilder : IEndpointConventionBuilder => route.WithMetadata(ForNodes.Instance);

    /// <summary>Answers 404 on such connections for all that is not for nodes. Runs behind routing.</summary>
    public static void UseDownloadListener(this IApplicationBuilder app) => app.Use((context, next) =>
        context.Features.Get<Mark>() is null || context.GetEndpoint()?.Metadata.GetMetadata<ForNodes>() is not null
            ? next(context)
            : throw new HeronException(
                FaultKind.NotFound, "only packages, heron-core and /health are served here (--download-listen); the API listens elsewhere"));

    private sealed class Mark
    {
        public static Mark Instance { get; } = new();
    }

    private sealed class ForNodes
    {
        public static ForNodes Instance { get; } = new();
    }
}
