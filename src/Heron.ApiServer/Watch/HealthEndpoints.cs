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
        routes.MapRead("/health/live", () => TypedResults.Json(new Liveness("alive"), HealthJson.Default.Liveness)).IsOpen().IsForNodes();
        routes.MapRead("/health/ready", Ready).IsOpen().IsForNodes();
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
