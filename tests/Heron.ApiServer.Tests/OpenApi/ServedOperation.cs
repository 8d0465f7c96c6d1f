// SPDX-License-Identifier: Apache-2.0
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Heron.ApiServer.Tests.OpenApi;

/// <summary>An operation of the document.</summary>
internal sealed record ServedOperation(string Path, string Method, JsonObject Body)
{
    public string Id => Body["operationId"]!.GetValue<string>();

    public string Group => Body["tags"]![0]!.GetValue<string>();

    public JsonObject Responses => Body["responses"]!.AsObject();

    public IReadOnlyList<JsonObject> Parameters => [.. Body["parameters"]?.AsArray().Select(p => p!.AsObject()) ?? []];

    /// <summary>Statuses of errors that are told of this operation, not of all.</summary>
    public IEnumerable<int> Errors => Responses
        .Where(r => r.Value!["$ref"] is null && int.Parse(r.Key) >= 400)
        .Select(r => int.Parse(r.Key));

    /// <summary>Whether the path of a request is this one's; a file's path may have slashes, an environment may be empty.</summary>
    public bool Matches(string path) => Regex.IsMatch(
        path, "^" + Regex.Replace(Regex.Escape(Path).Replace("\\{", "{"), @"\{(\w+)}", part => part.Groups[1].Value == "path" ? ".*" : "[^/]*") + "$");

    /// <summary>The path with something in place of each parameter.</summary>
    public string Filled(Func<string, string> valueOf) => Regex.Replace(Path, @"\{(\w+)\}", part => valueOf(part.Groups[1].Value));

    public override string ToString() => $"{Method} {Path}";
}
