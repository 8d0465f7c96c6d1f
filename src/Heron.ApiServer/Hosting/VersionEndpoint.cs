using Heron.ApiServer.Access;
using Heron.ApiServer.Answers;
using Heron.ApiServer.Routing;

namespace Heron.ApiServer.Hosting;

/// <summary><c>GET /api/v1/version</c>: the settings <c>heron.build.*</c>, and this server's own version beside them; the CLI prints every key.</summary>
internal static class VersionEndpoint
{
    private const string ServerKey = "heron.apiserver.version";

    /// <summary>Adds the route.</summary>
    public static IEndpointRouteBuilder MapVersion(this IEndpointRouteBuilder routes)
    {
        routes.MapRead("/api/v1/version", (ServerSettings settings) => TypedResults.Json(
            new SortedDictionary<string, string>(settings.Release.ToDictionary(), StringComparer.Ordinal) { [ServerKey] = ServerVersion.Text },
            ApiJson.Relaxed.SortedDictionaryStringString)).Needs(Right.Read);
        return routes;
    }
}
