// SPDX-License-Identifier: Apache-2.0
using Heron.ApiServer.Access;
using Heron.ApiServer.Answers;
using Heron.ApiServer.Routing;
using Heron.Core;
using Microsoft.OpenApi;

namespace Heron.ApiServer.OpenApi;

/// <summary>The routes of the OpenAPI document.</summary>
internal static class OpenApiEndpoints
{
    /// <summary>Where the document is.</summary>
    public const string Path = "/api/v1/openapi.json";

    private const string YamlPath = "/api/v1/openapi.yaml";

    /// <summary>Adds the routes.</summary>
    public static IEndpointRouteBuilder MapApiDocument(this IEndpointRouteBuilder routes)
    {
        routes.MapMethods("/api/v1", ReadRoutes.GetAndHead, (HttpContext context) => new TaggedJson<IndexBody>(Index(Document(context).Value, context.Request.PathBase), ApiJson.Relaxed.IndexBody))
            .Needs(Right.Read)
            .Described("getIndex", RouteGroups.Server, "Lists what there is", route => route
                .Answer(
                    200,
                    ApiJson.Relaxed.IndexBody,
                    "Every path that needs nothing filled in.",
                    """{"name":"heron-apiserver","version":"0.2.0","links":[{"path":"/api/v1/version","methods":["GET","HEAD"],"summary":"Tells the versions"}]}""")
                .With("ETag", "Of the answer.")
                .Bare(304, "It is the one that If-None-Match names."));
        Map(Path, "getOpenApi", "application/json", OpenApiConstants.Json);
        Map(YamlPath, "getOpenApiYaml", "application/yaml", OpenApiConstants.Yaml);
        return routes;

        void Map(string path, string id, string type, string format) => routes
            .MapMethods(path, ReadRoutes.GetAndHead, async Task<TaggedBytes> (HttpContext context) => new TaggedBytes(
                await Document(context).WriteAsync(Version(context.Request.Query["version"].ToString()), format, context.Request.PathBase, context.RequestAborted),
                $"{type}; charset=utf-8"))
            .Needs(Right.Read)
            .Described(id, RouteGroups.Server, $"This document as {format.ToUpperInvariant()}", route => (
                    format == OpenApiConstants.Json
                        ? route.AnyJson(200, "The document.", """{"openapi":"3.1.1"}""")
                        : route.Text(200, type, "The document.", "openapi: 3.1.1"))
                .With("ETag", "Of the document.")
                .Query("version", "The version of OpenAPI; 3.0 is for generators that do not know 3.1 yet.", ValueShape.OneOf("3.1", "3.0"))
                .Bare(304, "It is the one that If-None-Match names.")
                .Fails(400, "There is no such version.", "version is 3.1 or 3.0"));
    }

    private static IndexBody Index(OpenApiDocument document, PathString prefix) => new(
        document.Info.Title!,
        document.Info.Version!,
        [
            .. document.Paths
                .Where(path => !path.Key.Contains('{', StringComparison.Ordinal))
                .Select(path => (path.Key, Operations: path.Value.Operations!))
                .Where(path => path.Operations.Values.First().Tags!.First().Name != RouteGroups.Tracker)
                .Select(path => new IndexLink(
                    prefix.ToUriComponent() + path.Key, [.. path.Operations.Keys.Select(method => method.Method)], path.Operations.Values.First().Summary!)),
        ]);

    // Asked for here and not as a parameter: ASP.NET looks at the types of parameters, and loads what they need, at the start.
    private static ApiDocument Document(HttpContext context) => context.RequestServices.GetRequiredService<ApiDocument>();

    private static OpenApiSpecVersion Version(string text) => text switch
    {
        "" or "3.1" => OpenApiSpecVersion.OpenApi3_1,
        "3.0" => OpenApiSpecVersion.OpenApi3_0,
        _ => throw new HeronException(FaultKind.BadRequest, "version is 3.1 or 3.0"),
    };
}
