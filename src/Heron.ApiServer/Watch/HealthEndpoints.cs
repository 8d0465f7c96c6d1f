// SPDX-License-Identifier: Apache-2.0
using System.Text.Json.Serialization;
using Heron.ApiServer.Access;
using Heron.ApiServer.Routing;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Heron.ApiServer.Watch;

/// <summary>
/// What a health check asks. <c>/health/live</c>: the process answers. <c>/health/ready</c>: it can do its work, with each part's state
/// and since when. A server whose Nomad or ZooKeeper is away is degraded and still ready: nodes go on downloading from it, and taking
/// it out of service would only make the outage larger. It is not ready when it cannot write its own disk, or is stopping.
/// </summary>
internal static class HealthEndpoints
{
    /// <summary>Adds the routes.</summary>
    public static IEndpointRouteBuilder MapHealth(this IEndpointRouteBuilder routes)
    {
        routes.MapMethods("/health/live", ReadRoutes.GetAndHead, () => TypedResults.Json(new Liveness("alive"), HealthJson.Default.Liveness)).IsOpen().IsForNodes()
            .Described("isAlive", RouteGroups.Server, "Answers while the process does", route => route
                .Answer(200, HealthJson.Default.Liveness, "It does.", """{"status":"alive"}"""));
        routes.MapMethods("/health/ready", ReadRoutes.GetAndHead, Ready).IsOpen().IsForNodes()
            .Described("isReady", RouteGroups.Server, "Tells whether the server can do its work, part by part", route => route
                .Explained("A server whose scheduler or state store is away is degraded and still ready: nodes go on downloading from it.")
                .Answer(
                    200,
                    HealthJson.Default.Readiness,
                    "It is ready, or degraded.",
                    """{"status":"ready","parts":[{"name":"scheduler","state":"up","since":"2026-11-28T19:46:00Z"}]}""")
                .Answer(
                    503,
                    HealthJson.Default.Readiness,
                    "It cannot write its disk, or is stopping.",
                    """{"status":"not ready","parts":[{"name":"disk","state":"down","since":"2026-11-28T19:46:00Z","problem":"the disk is full"}]}"""));
        return routes;
    }

    private static JsonHttpResult<Readiness> Ready(PeerWatch watch, IHostApplicationLifetime host)
    {
        var parts = watch.Parts.Select(p => new PartReport(
            p.Name, p.IsKnown ? p.Problem is null ? "up" : "down" : "unknown", p.Since.UtcDateTime, p.Problem)).ToList();
        var ready = !host.ApplicationStopping.IsCancellationRequested
            && !parts.Exists(p => p is { Name: PeerWatch.Disk, State: "down" });
        var status = !ready ? "not ready" : parts.Exists(p => p.State == "down") ? "degraded" : "ready";
        return TypedResults.Json(
            new Readiness(status, parts),
            HealthJson.Default.Readiness,
            statusCode: ready ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable);
    }
}

/// <summary>The answer of <c>/health/live</c>.</summary>
/// <param name="Status">Always <c>alive</c>.</param>
internal sealed record Liveness(string Status);

/// <summary>The answer of <c>/health/ready</c>.</summary>
/// <param name="Status"><c>ready</c>, <c>degraded</c> (200 both) or <c>not ready</c> (503).</param>
/// <param name="Parts">What the server needs, a part each.</param>
internal sealed record Readiness(string Status, IReadOnlyList<PartReport> Parts);

/// <summary>One part that the server needs.</summary>
/// <param name="Name"><c>scheduler</c>, <c>state</c> or <c>disk</c>.</param>
/// <param name="State"><c>up</c>, <c>down</c>, or <c>unknown</c> in the first moments.</param>
/// <param name="Since">Since when, in UTC.</param>
/// <param name="Problem">What is wrong, in words.</param>
internal sealed record PartReport(string Name, string State, DateTime Since, string? Problem);

/// <summary>The bodies above.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(Liveness))]
[JsonSerializable(typeof(Readiness))]
internal sealed partial class HealthJson : JsonSerializerContext;
