// SPDX-License-Identifier: Apache-2.0
namespace Heron.ApiServer.Routing;

/// <summary>
/// Lets <c>/api/v1/topologies/CLUSTER/ROLE//NAME</c> be routed. The CLI makes such a path for <c>cluster/role</c>, where the
/// environment is empty, and ASP.NET routing never gives an empty segment to a parameter. The segments as they were are
/// kept in <see cref="TopologyPathSegments"/>; routing sees a stand-in for the empty ones.
/// </summary>
internal sealed class EmptySegmentMiddleware(RequestDelegate next)
{
    private const string Prefix = "/api/v1/topologies/";
    private const string StandIn = "-";

    /// <summary>Runs the rest of the pipeline.</summary>
    public Task InvokeAsync(HttpContext context)
    {
        var path = context.Request.Path.Value ?? string.Empty;
        if (path.StartsWith(Prefix, StringComparison.Ordinal) && path.Contains("//", StringComparison.Ordinal))
        {
            var segments = path[Prefix.Length..].Split('/');
            if (segments.Length >= TopologyPathSegments.Count)
            {
                context.Features.Set(new TopologyPathSegments([.. segments[..TopologyPathSegments.Count]]));
                context.Request.Path = Prefix + string.Join('/', segments.Select(s => s.Length == 0 ? StandIn : s));
            }
        }

        return next(context);
    }
}
