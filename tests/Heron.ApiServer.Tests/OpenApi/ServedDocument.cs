// SPDX-License-Identifier: Apache-2.0
using System.Text.Json.Nodes;

namespace Heron.ApiServer.Tests.OpenApi;

/// <summary>The document as a client gets it, and whether answers are what it says.</summary>
internal sealed class ServedDocument(JsonNode document)
{
    public const string Path = "/api/v1/openapi.json";

    public JsonObject Paths => document["paths"]!.AsObject();

    public JsonObject Schemas => document["components"]!["schemas"]!.AsObject();

    /// <summary>Every operation, by its id.</summary>
    public IReadOnlyList<ServedOperation> Operations { get; } =
    [
        .. document["paths"]!.AsObject().SelectMany(path => path.Value!.AsObject().Select(operation =>
            new ServedOperation(path.Key, operation.Key.ToUpperInvariant(), operation.Value!.AsObject()))),
    ];

    public static async Task<ServedDocument> FetchAsync(HttpClient client) => new(JsonNode.Parse(await client.GetStringAsync(Path))!);

    /// <summary>The operation that a request is for; a path of letters goes before one with parameters.</summary>
    public ServedOperation? Find(string method, string path) => Operations
        .Where(operation => operation.Method == method && operation.Matches(path))
        .OrderBy(operation => operation.Path.Count(letter => letter == '{'))
        .FirstOrDefault();

    /// <summary>A response of an operation, without the reference that stands for it.</summary>
    public JsonObject? ResponseOf(ServedOperation operation, int status)
    {
        var response = operation.Responses[$"{status}"] ?? operation.Responses["default"];
        return response?["$ref"] is { } reference ? Resolve(reference.GetValue<string>()).AsObject() : response?.AsObject();
    }

    /// <summary>What of a value is not as its schema says; null when all is. A property that the schema does not have is wrong, too.</summary>
    public string? Mistake(JsonNode? value, JsonNode schema, string at = "$")
    {
        if (schema["$ref"] is { } reference)
        {
            return Mistake(value, Resolve(reference.GetValue<string>()), at);
        }

        if (schema["anyOf"] is { } several)
        {
            var mistakes = several.AsArray().Select(one => Mistake(value, one!, at)).ToList();
            return mistakes.Contains(null) ? null : string.Join("; or ", mistakes);
        }

        return schema["type"]?.GetValue<string>() switch
        {
            null => null,
            "object" when value is JsonObject map => MistakeOf(map, schema, at),
            "array" when value is JsonArray list => list.Select((item, i) => Mistake(item, schema["items"]!, $"{at}[{i}]")).FirstOrDefault(m => m is not null),
            "string" when value is JsonValue text && text.TryGetValue<string>(out var word) =>
                schema["enum"] is { } words && !words.AsArray().Any(w => w!.GetValue<string>() == word) ? $"{at} is {word}"
                : schema["format"]?.GetValue<string>() == "date-time" && !DateTimeOffset.TryParse(word, out _) ? $"{at} is no time: {word}"
                : null,
            "integer" when value is JsonValue number && long.TryParse(number.ToJsonString(), out _) => null,
            "number" when value is JsonValue number && number.TryGetValue<double>(out _) => null,
            "boolean" when value is JsonValue flag && flag.TryGetValue<bool>(out _) => null,
            var type => $"{at} is no {type}: {value?.ToJsonString() ?? "null"}",
        };
    }

    private string? MistakeOf(JsonObject map, JsonNode schema, string at)
    {
        foreach (var name in schema["required"]?.AsArray().Select(n => n!.GetValue<string>()) ?? [])
        {
            if (!map.ContainsKey(name))
            {
                return $"{at}.{name} is missing";
            }
        }

        foreach (var (name, value) in map)
        {
            var property = schema["properties"]?[name] ?? schema["additionalProperties"];
            var mistake = property is null ? $"{at}.{name} is in no schema" : Mistake(value, property, $"{at}.{name}");
            if (mistake is not null)
            {
                return mistake;
            }
        }

        return null;
    }

    private JsonNode Resolve(string reference) =>
        reference[2..].Split('/').Aggregate(document, (node, part) => node[part] ?? throw new InvalidOperationException($"{reference} leads nowhere"));
}
