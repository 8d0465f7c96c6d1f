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
            ApiJson.Relaxed.SortedDictionaryStringString)).Needs(Right.Read)
            .Described("getVersion", RouteGroups.Server, "Tells the versions of this server and of the heron-core that it serves", route => route
                .Answer(
                    200,
                    ApiJson.Relaxed.SortedDictionaryStringString,
                    "Every value of release.yaml, and heron.apiserver.version.",
                    """{"heron.apiserver.version":"0.2.0","heron.build.version":"0.20.5-incubating"}"""));
        return routes;
    }
}
