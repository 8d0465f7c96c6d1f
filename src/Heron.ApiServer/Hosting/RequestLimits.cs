// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using Heron.ApiServer.Access;
using Heron.Core;

namespace Heron.ApiServer.Hosting;

/// <summary>
/// How many requests may be in work, of one client and of all. Downloads cost next to nothing and are bounded by the connections;
/// bodies of uploads and submissions wait at a gate of their own; health and version are answered always.
/// </summary>
internal sealed class RequestLimits(int ofOne = 128, int ofAll = 1024)
{
    private static readonly TimeSpan RetryAfter = TimeSpan.FromSeconds(2);

    private static readonly string[] Uncounted =
        ["/health", "/api/v1/version", "/api/v1/file/download", "/api/v1/file/upload"];

    private readonly ClientCounts _counts = new();

    /// <summary>Whether requests for a path are counted.</summary>
    public static bool Counts(PathString path) =>
        !Array.Exists(Uncounted, uncounted => path.StartsWithSegments(uncounted, StringComparison.Ordinal));

    /// <summary>Counts and refuses.</summary>
    /// <exception cref="BusyException">Too many are in work.</exception>
    public async Task InvokeAsync(HttpContext context, RequestDelegate next)
    {
        if (!Counts(context.Request.Path))
        {
            await next(context);
            return;
        }

        var own = _counts.TryTake(
            ClientAddress.Of(context.Connection.RemoteIpAddress), (mine, all) => mine < ofOne && all < ofAll, out var taken);
        if (taken is null)
        {
            throw own >= ofOne
                ? new BusyException(
                    string.Create(CultureInfo.InvariantCulture, $"{own} requests of this client are in work already; send this one again in a moment"),
                    isCallers: true,
                    RetryAfter)
                : new BusyException(
                    string.Create(CultureInfo.InvariantCulture, $"{ofAll} requests are in work already; send this one again in a moment"),
                    isCallers: false,
                    RetryAfter);
        }

        using (taken)
        {
            await next(context);
        }
    }
}
