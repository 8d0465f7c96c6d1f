// SPDX-License-Identifier: Apache-2.0
using System.Text.Json;

namespace Heron.ApiServer.OpenApi;

/// <summary>
/// What bodies and their properties mean: the sources' own comments, which a published program has not beside it. A test makes the file
/// from them, and fails when it is behind.
/// </summary>
internal sealed class BodyTexts
{
    /// <summary>The name of the resource.</summary>
    public const string Resource = "bodies.json";

    private readonly JsonElement _texts;

    private BodyTexts(JsonElement texts) => _texts = texts;

    /// <summary>Reads them.</summary>
    public static BodyTexts Read()
    {
        using var file = typeof(BodyTexts).Assembly.GetManifestResourceStream(Resource)!;
        using var document = JsonDocument.Parse(file);
        return new BodyTexts(document.RootElement.Clone());
    }

    /// <summary>What a body is; null when nothing is known.</summary>
    public string? Of(string body) => Of(body, "");

    /// <summary>What a property of a body is; null when nothing is known.</summary>
    public string? Of(string body, string property) =>
        _texts.TryGetProperty(body, out var texts) && texts.TryGetProperty(property, out var text) ? text.GetString() : null;
}
