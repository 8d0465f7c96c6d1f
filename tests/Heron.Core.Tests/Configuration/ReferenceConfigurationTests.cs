// SPDX-License-Identifier: Apache-2.0
using System.Text.Json;
using Heron.Core.Configuration;
using Heron.Testing;

namespace Heron.Core.Tests.Configuration;

/// <summary>The expansions that the Java server produced, compared key for key.</summary>
public sealed class ReferenceConfigurationTests
{
    private static readonly HostEnvironment Machine = new("/home/heron", "/usr/lib/jvm/java-11-openjdk-amd64");

    public static TheoryData<string> LoadedConfigurations =>
        ["base", "base-raw", "cluster-local", "cluster-prod", "overrides", "overrides-home"];

    public static TheoryData<string, int, string> TokenCases
    {
        get
        {
            var cases = new TheoryData<string, int, string>();
            foreach (var file in new[] { "token-substitution", "token-substitution.java-home-unset" })
            {
                var index = 0;
                foreach (var recordedCase in Read(file).GetProperty("cases").EnumerateArray())
                {
                    cases.Add(file, index++, recordedCase.GetProperty("value").GetString()!);
                }
            }

            return cases;
        }
    }

    public static TheoryData<int> TokenGroups => [.. Enumerable.Range(0, Read("token-groups").GetArrayLength())];

    [Fact]
    public void Every_key_has_the_name_and_default_of_the_reference()
    {
        var expected = Read("keys").GetProperty("keys").EnumerateArray().Select(key => (
            key.GetProperty("name").GetString(),
            key.GetProperty("value").GetString(),
            key.TryGetProperty("default", out var value) ? ReferenceJson.Text(value) : "null"));
        Assert.Equal(expected, ConfigDefaults.All.Select(key => (
            (string?)key.Token, (string?)key.Name, ReferenceJson.Text(key.Default))));
    }

    [Theory]
    [MemberData(nameof(LoadedConfigurations))]
    public void Configuration_is_loaded_and_expanded_as_by_the_reference(string name)
    {
        var recorded = Read(name);
        var server = Load(recorded.GetProperty("server"));
        var request = recorded.GetProperty("with_request_keys");
        var keys = Entries(request.GetProperty("keys")).ToList();

        ReferenceJson.AssertSame(recorded.GetProperty("raw"), server.Raw, Known);
        ReferenceJson.AssertSame(recorded.GetProperty("local"), server.Base.Local, Known);
        ReferenceJson.AssertSame(recorded.GetProperty("cluster"), server.Base.Cluster, Known);
        ReferenceJson.AssertSame(request.GetProperty("local"), server.ForRequest(keys, []).Local, Known);
    }

    [Theory]
    [MemberData(nameof(LoadedConfigurations))]
    public void Cluster_view_with_request_keys_expands_as_by_the_reference(string name)
    {
        var recorded = Read(name);
        var server = Load(recorded.GetProperty("server"));
        var request = recorded.GetProperty("with_request_keys");
        var substitution = new TokenSubstitution(Machine);
        var raw = server.Raw.With(Entries(request.GetProperty("keys")));

        ReferenceJson.AssertSame(
            request.GetProperty("cluster"), substitution.ExpandInCluster(raw), Known);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Executor_view_of_a_submission_is_that_of_the_reference_Nomad_scheduler(int index)
    {
        var recorded = Read("nomad-scheduler-config")[index];
        var config = Load(recorded.GetProperty("server")).ForRequest(
            Entries(recorded.GetProperty("request_keys")),
            recorded.GetProperty("form_overrides").EnumerateObject()
                .Select(form => KeyValuePair.Create(form.Name, form.Value.GetString()!)));

        ReferenceJson.AssertSame(recorded.GetProperty("local_config"), config.Local, Known);
        ReferenceJson.AssertSame(recorded.GetProperty("scheduler_cluster_config"), config.Cluster, Known);
    }

    [Theory]
    [MemberData(nameof(TokenCases))]
    public void Tokens_are_replaced_as_by_the_reference(string file, int index, string value)
    {
        var recorded = Read(file);
        var environment = recorded.GetProperty("environment");
        var substitution = new TokenSubstitution(new HostEnvironment(
            environment.GetProperty("HOME").GetString()!,
            environment.TryGetProperty("JAVA_HOME", out var java) ? java.GetString() : null));
        var raw = WithDefaults(recorded.GetProperty("config")).With([new("the.key", value)]);
        var recordedCase = recorded.GetProperty("cases")[index];
        Check(recordedCase, "local", substitution.Expand, raw, value);
        Check(recordedCase, "cluster", substitution.ExpandInCluster, raw, value);
    }

    [Theory]
    [MemberData(nameof(TokenGroups))]
    public void Keys_that_refer_to_each_other_expand_as_by_the_reference(int index)
    {
        var group = Read("token-groups")[index];
        var raw = WithDefaults(group.GetProperty("config"));
        var plain = new HeronConfig(ConfigDefaults.Values).With(
        [
            new(ConfigKeys.HeronHome, "/opt/heron"),
            new(ConfigKeys.HeronConf, "/opt/heron/conf/nomad"),
            new(ConfigKeys.Cluster, "nomad"),
        ]);
        var substitution = new TokenSubstitution(Machine);
        CheckGroup(group, "local_differences", substitution.Expand, raw, plain);
        CheckGroup(group, "cluster_differences", substitution.ExpandInCluster, raw, plain);
    }

    private static void Check(
        JsonElement recordedCase, string view, Func<HeronConfig, HeronConfig> expand, HeronConfig raw, string value)
    {
        if (recordedCase.TryGetProperty(view, out var expected))
        {
            Assert.Equal((value, expected.GetString()), (value, expand(raw).GetString("the.key")));
        }
        else if (value.Trim('/').Length == 0)
        {
            // Deliberate difference: the reference fails on the root folder.
            Assert.Equal("/", expand(raw).GetString("the.key"));
        }
        else
        {
            var fault = Assert.Throws<HeronException>(() => expand(raw));
            Assert.Contains("the.key", fault.Message, StringComparison.Ordinal);
        }
    }

    private static void CheckGroup(
        JsonElement group, string view, Func<HeronConfig, HeronConfig> expand, HeronConfig raw, HeronConfig plain)
    {
        if (group.TryGetProperty(view + "_exception", out _))
        {
            Assert.Throws<HeronException>(() => expand(raw));
            return;
        }

        var unchanged = expand(plain);
        var differences = expand(raw).Values
            .Where(pair => !unchanged.Values.TryGetValue(pair.Key, out var before)
                || ReferenceJson.Text(before) != ReferenceJson.Text(pair.Value));
        ReferenceJson.AssertSame(group.GetProperty(view), new HeronConfig(differences), text => text);
    }

    private static HeronConfig WithDefaults(JsonElement config) =>
        new HeronConfig(ConfigDefaults.Values).With(Entries(config));

    private static ServerConfiguration Load(JsonElement server) => ConfigurationLoader.Load(new ConfigurationSources
    {
        TemplateDirectory = TemplateDirectory(server),
        Cluster = server.GetProperty("cluster").GetString()!,
        Environment = Machine,
        ReleaseFile = Fixtures.Reference("templates", "release.yaml"),
        Overrides = server.GetProperty("overrides").EnumerateObject()
            .ToDictionary(pair => pair.Name, pair => pair.Value.GetString()!),

        // Known to the recording server only: ours has no such file on disk.
        ServerSettings = new Dictionary<string, object?>
        {
            [ConfigKeys.ApiserverOverrideYaml] = "{SERVER_OVERRIDE_FILE}",
        },
    });

    private static string TemplateDirectory(JsonElement server) =>
        Fixtures.Reference("templates", server.GetProperty("template").GetString()!);

    private static string Known(string text) => text
        .Replace(Fixtures.Reference("templates", "nomad-override"), "{TEMPLATE_DIR}", StringComparison.Ordinal)
        .Replace(Fixtures.Reference("templates", "nomad-raw"), "{TEMPLATE_DIR}", StringComparison.Ordinal)
        .Replace(Fixtures.Reference("templates", "nomad"), "{TEMPLATE_DIR}", StringComparison.Ordinal);

    private static IEnumerable<KeyValuePair<string, object?>> Entries(JsonElement map) =>
        map.EnumerateObject().Select(pair => KeyValuePair.Create(pair.Name, ReferenceJson.Value(pair.Value)));

    private static JsonElement Read(string name) =>
        JsonDocument.Parse(File.ReadAllBytes(Fixtures.Reference("config", name + ".json"))).RootElement;
}
