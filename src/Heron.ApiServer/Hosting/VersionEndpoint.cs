using Heron.ApiServer.Answers;
using Heron.ApiServer.Routing;

namespace Heron.ApiServer.Hosting;

/// <summary><c>GET /api/v1/version</c>.</summary>
internal static class VersionEndpoint
{
    /// <summary>Adds the route.</summary>
    public static IEndpointRouteBuilder MapVersion(this IEndpointRouteBuilder routes)
    {
        routes.MapRead("/api/v1/version", (ServerSettings settings) => TypedResults.Json(
            new SortedDictionary<string, string>(settings.Release.ToDictionary(), StringComparer.Ordinal),
            ApiJson.Relaxed.SortedDictionaryStringString));
        return routes;
    }
}
