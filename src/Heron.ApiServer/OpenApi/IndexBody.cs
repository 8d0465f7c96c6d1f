// SPDX-License-Identifier: Apache-2.0
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using Heron.ApiServer.Routing;
using Microsoft.OpenApi;

namespace Heron.ApiServer.OpenApi;

/// <summary>What there is.</summary>
/// <param name="Name">Of the program.</param>
/// <param name="Version">Of the program.</param>
/// <param name="Links">Every path that needs nothing filled in; the document has the others.</param>
internal sealed record IndexBody(string Name, string Version, IReadOnlyList<IndexLink> Links)
{
    /// <summary>The paths of a document.</summary>
    public static IndexBody Of(OpenApiDocument document) => new(
        document.Info.Title!,
        document.Info.Version!,
        [
            .. document.Paths
                .Where(path => !path.Key.Contains('{', StringComparison.Ordinal))
                .Select(path => (path.Key, Operations: path.Value.Operations!))
                .Where(path => path.Operations.Values.First().Tags!.First().Name != RouteGroups.Tracker)
                .Select(path => new IndexLink(
                    path.Key, [.. path.Operations.Keys.Select(method => method.Method)], path.Operations.Values.First().Summary!)),
        ]);
}

/// <summary>A path.</summary>
/// <param name="Path">From the server's root.</param>
/// <param name="Methods">Those that it takes.</param>
/// <param name="Summary">What its first method does.</param>
internal sealed record IndexLink(string Path, IReadOnlyList<string> Methods, string Summary);

/// <summary>The JSON body above.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(IndexBody))]
internal sealed partial class IndexJson : JsonSerializerContext
{
    /// <summary>The context to use: letters outside ASCII stay as they are.</summary>
    public static IndexJson Relaxed { get; } = new(new JsonSerializerOptions
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
    });
}
