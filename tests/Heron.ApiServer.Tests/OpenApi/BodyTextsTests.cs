// SPDX-License-Identifier: Apache-2.0
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using Heron.ApiServer.OpenApi;
using Heron.ApiServer.Tests.Support;
using Heron.Core;
using Heron.Operations;
using Heron.Testing;

namespace Heron.ApiServer.Tests.OpenApi;

/// <summary>What the document says of bodies is what their sources say.</summary>
public sealed partial class BodyTextsTests
{
    private static readonly string File = Path.Join(Fixtures.RepositoryRoot, "src", "Heron.ApiServer", "OpenApi", BodyTexts.Resource);

    private static readonly JsonSerializerOptions Written = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    [Fact]
    public async Task Every_body_and_property_is_explained_in_the_words_of_its_source()
    {
        await using var server = await TestServer.StartAsync();
        var schemas = (await ServedDocument.FetchAsync(server.Client)).Schemas;
        var comments = Comments();
        var made = new JsonObject(schemas.OrderBy(schema => schema.Key, StringComparer.Ordinal).Select(schema => KeyValuePair.Create<string, JsonNode?>(
            schema.Key,
            new JsonObject(schema.Value!["properties"]!.AsObject().Select(property => property.Key).Prepend("").Select(
                property => KeyValuePair.Create<string, JsonNode?>(property, comments.GetValueOrDefault((schema.Key, property)))))))).ToJsonString(Written) + "\n";
        if (Environment.GetEnvironmentVariable(ReferencePageTests.Renew) is { Length: > 0 })
        {
            await System.IO.File.WriteAllTextAsync(File, made);
        }

        Assert.DoesNotContain(": null", made, StringComparison.Ordinal);
        Assert.True(
            await System.IO.File.ReadAllTextAsync(File) == made,
            $"{BodyTexts.Resource} is not what the comments say: {ReferencePageTests.Renew}=1 dotnet test tests/Heron.ApiServer.Tests --filter {nameof(BodyTextsTests)} writes it anew");
    }

    /// <summary>The comments on public and internal types of the program, by type and property as JSON names it; of the type itself without one.</summary>
    private static Dictionary<(string Body, string Property), string> Comments()
    {
        var comments = new Dictionary<(string, string), string>();
        foreach (var assembly in new[] { typeof(BodyTexts).Assembly, typeof(TopologyAddress).Assembly, typeof(HeronException).Assembly })
        {
            var members = XDocument.Load(Path.ChangeExtension(assembly.Location, ".xml")).Descendants("member")
                .ToDictionary(member => member.Attribute("name")!.Value, member => member);
            foreach (var (name, member) in members.Where(member => member.Key.StartsWith("T:", StringComparison.Ordinal)))
            {
                var body = name[(name.LastIndexOf('.') + 1)..];
                comments.TryAdd((body, ""), Text(member.Element("summary")));
                foreach (var parameter in member.Elements("param"))
                {
                    comments.TryAdd((body, Json(parameter.Attribute("name")!.Value)), Text(parameter));
                }

                foreach (var (property, comment) in members.Where(other => other.Key.StartsWith($"P:{name[2..]}.", StringComparison.Ordinal)))
                {
                    comments.TryAdd((body, Json(property[(property.LastIndexOf('.') + 1)..])), Text(comment.Element("summary")));
                }
            }
        }

        return comments;
    }

    private static string Json(string name) => JsonNamingPolicy.SnakeCaseLower.ConvertName(name);

    // What is referred to is a name that only the sources have: its last word says enough.
    private static string Text(XElement? comment) => Spaces().Replace(
        string.Concat(comment?.Nodes().Select(node => node is XElement { Name.LocalName: "see" } reference
            ? Json(reference.Attribute("cref")!.Value.Split('.', ':')[^1])
            : node is XElement element ? element.Value : ((XText)node).Value) ?? []),
        " ").Trim();

    [GeneratedRegex(@"\s+")]
    private static partial Regex Spaces();
}
