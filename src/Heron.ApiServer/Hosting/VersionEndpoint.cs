// SPDX-License-Identifier: Apache-2.0
using System.Text.Json;
using Heron.ApiServer.Access;
using Heron.ApiServer.Answers;
using Heron.ApiServer.Routing;

namespace Heron.ApiServer.Hosting;

/// <summary><c>GET /api/v1/version</c>: the settings <c>heron.build.*</c>, and this server's own version beside them; the CLI prints every key.</summary>
internal static class VersionEndpoint
{
    private const string ServerKey = "heron.apiserver.version";

    /// <summary>Adds the route. What it answers never changes, and is made once.</summary>
    public static IEndpointRouteBuilder MapVersion(this IEndpointRouteBuilder routes)
    {
        var release = routes.ServiceProvider.GetRequiredService<ServerSettings>().Release;
        var answer = JsonSerializer.SerializeToUtf8Bytes(
            new SortedDictionary<string, string>(release.ToDictionary(), StringComparer.Ordinal) { [ServerKey] = ServerVersion.Text },
            ApiJson.Relaxed.SortedDictionaryStringString);
        routes.MapMethods("/api/v1/version", ReadRoutes.GetAndHead, context =>
        {
            context.Response.ContentType = "application/json; charset=utf-8";
            context.Response.ContentLength = answer.Length;
            return HttpMethods.IsHead(context.Request.Method)
                ? Task.CompletedTask
                : context.Response.Body.WriteAsync(answer, context.RequestAborted).AsTask();
        }).Needs(Right.Read)
            .Described("getVersion", RouteGroups.Server, "Tells the versions of this server and of the heron-core that it serves", route => route
                .Answer(
                    200,
                    ApiJson.Relaxed.SortedDictionaryStringString,
                    "Every value of release.yaml, and heron.apiserver.version.",
                    """{"heron.apiserver.version":"0.2.0","heron.build.version":"0.20.5-incubating"}"""));
        return routes;
    }
}
