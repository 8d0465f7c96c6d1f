// SPDX-License-Identifier: Apache-2.0
using System.Text.Json;
using Heron.Core.Configuration;
using Heron.Core.Configuration.Yaml;
using Heron.Testing;

namespace Heron.Core.Tests.Configuration;

/// <summary>The override and state manager files that the Java server wrote, compared byte for byte.</summary>
public sealed class ReferenceOverrideTests
{
    public static TheoryData<int> Created => Cases("create-override-configuration");

    public static TheoryData<int> Applied => Cases("apply-overrides");

    public static TheoryData<int> Patched => Cases("apply-overrides-to-statemgr");

    [Theory]
    [MemberData(nameof(Created))]
    public void Override_file_of_properties_is_that_of_the_reference(int index)
    {
        var recorded = Read("create-override-configuration").ElementAt(index);
        // The reference writes in the order of a hash map, which says nothing: compare in its order.
        var expected = Normal(recorded.GetProperty("yaml").GetString()!);
        var properties = Strings(recorded.GetProperty("properties"));
        var ordered = YamlReader.ReadMap(expected, "recorded").Keys.Select(key => KeyValuePair.Create(key, properties[key]));
        Assert.Equal(properties.Count, ordered.Count());
        Assert.Equal(expected, OverrideFile.Create(ordered));
    }

    [Theory]
    [MemberData(nameof(Applied))]
    public void Overrides_are_applied_to_an_override_file_as_by_the_reference(int index)
    {
        var recorded = Read("apply-overrides").ElementAt(index);
        var before = recorded.GetProperty("override_file_before").GetString()!;
        var overrides = Strings(recorded.GetProperty("overrides"));
        if (before.Length == 0 && overrides.Count > 0)
        {
            // Deliberate difference: the reference fails on an empty file.
            Assert.Equal(OverrideFile.Create(overrides), OverrideFile.Apply(before, overrides));
        }
        else if (recorded.TryGetProperty("exception", out _) || (before == "a: 1\na: 2\n" && overrides.Count > 0))
        {
            // Deliberate difference: a key that is there twice is a mistake; the reference takes the last one.
            var fault = Assert.Throws<HeronException>(() => OverrideFile.Apply(before, overrides));
            Assert.StartsWith("override.yaml: ", fault.Message, StringComparison.Ordinal);
        }
        else
        {
            Assert.Equal(
                Normal(recorded.GetProperty("override_file_after").GetString()!), OverrideFile.Apply(before, overrides));
        }
    }

    [Theory]
    [MemberData(nameof(Patched))]
    public void State_manager_file_is_patched_as_by_the_reference(int index)
    {
        var recorded = Read("apply-overrides-to-statemgr").ElementAt(index);
        var overrides = recorded.GetProperty("override_file").GetString()!;
        var before = Template(recorded.GetProperty("statemgr_file_before").GetString()!);
        var after = StateManagerFile.Patch(overrides, before);
        if (!recorded.TryGetProperty("exception", out _))
        {
            Assert.Equal(Normal(Template(recorded.GetProperty("statemgr_file_after").GetString()!)), after);
        }
        else
        {
            // Deliberate difference: the reference fails when one of the files is empty; here an empty file sets nothing.
            Assert.Equal(
                YamlReader.ReadMap(before, "before").Select(pair => pair.Key + ReferenceJson.Text(pair.Value)),
                YamlReader.ReadMap(after, "after").Select(pair => pair.Key + ReferenceJson.Text(pair.Value)));
        }
    }

    [Fact]
    public void Request_flags_do_not_reach_the_override_file()
    {
        var text = OverrideFile.ForSubmission(
            new Dictionary<string, string> { ["a"] = "1", ["b"] = "server" },
            new Dictionary<string, string>
            {
                ["dry_run"] = "True",
                ["dry_run_format"] = "table",
                ["verbose"] = "True",
                ["verbose_gc"] = "True",
                ["b"] = "form",
                ["c"] = "true",
            });
        Assert.Equal("a: '1'\nb: form\nc: 'true'\n", text);
    }

    // Deliberate differences: control characters are escaped, not tagged as bytes, "=" is quoted, since it is an error to Python
    // and Java, and four notations of the same value that are the emitter's.
    private static string Normal(string yaml) => yaml
        .Replace("{\n  }", "{}", StringComparison.Ordinal)
        .Replace(" 1.0E10\n", " 1.0E+10\n", StringComparison.Ordinal)
        .Replace("? ''\n:", "'':", StringComparison.Ordinal)
        .Replace(": =\n", ": '='\n", StringComparison.Ordinal)
        .Replace(": 😀\n", ": \"\\U0001F600\"\n", StringComparison.Ordinal)
        .Replace("\"tab\\there\"", "\"tab\there\"", StringComparison.Ordinal)
        .Replace("\"a\\tb c\"", "\"a\tb c\"", StringComparison.Ordinal)
        .Replace("!!binary |-\n  AQ==\n", "\"\\x01\"\n", StringComparison.Ordinal)
        .Replace("!!binary |-\n  fw==\n", "\"\\x7F\"\n", StringComparison.Ordinal);

    private static string Template(string text) => text == "{templates/nomad/statemgr.yaml}"
        ? File.ReadAllText(Fixtures.Reference("templates", "nomad", "statemgr.yaml"))
        : text;

    private static Dictionary<string, string> Strings(JsonElement map) =>
        map.EnumerateObject().ToDictionary(pair => pair.Name, pair => pair.Value.GetString()!);

    private static TheoryData<int> Cases(string name) => [.. Enumerable.Range(0, Read(name).Count())];

    private static IEnumerable<JsonElement> Read(string name) =>
        JsonDocument.Parse(File.ReadAllBytes(Fixtures.Reference("apiserver", name + ".json"))).RootElement.EnumerateArray();
}
