// SPDX-License-Identifier: Apache-2.0
using System.Diagnostics;
using Heron.Core.Configuration;

namespace Heron.Core.Tests.Configuration;

public sealed class HostileConfigurationTests : IDisposable
{
    private static readonly HostEnvironment Machine = new("/home/heron", null);

    private readonly string _template = Directory.CreateTempSubdirectory("heron-template-").FullName;

    public void Dispose() => Directory.Delete(_template, recursive: true);

    [Theory]
    [InlineData("/")]
    [InlineData("//")]
    [InlineData(" / ")]
    public void Value_that_is_the_root_folder_stays_that(string value)
    {
        File.WriteAllText(Path.Join(_template, "statemgr.yaml"), $"heron.statemgr.root.path: '{value}'\n");
        Assert.Equal("/", Load().ForRequest([], []).Local.GetString(ConfigKeys.StatemgrRootPath));
    }

    [Fact]
    public void Tokens_that_refer_to_themselves_or_each_other_come_to_an_end()
    {
        var config = Load().ForRequest(
            [],
            [
                new(ConfigKeys.HeronBin, "${HERON_BIN}/${HERON_BIN}"),
                new(ConfigKeys.HeronLib, "${HERON_DIST}/x"),
                new(ConfigKeys.HeronDist, "${HERON_LIB}/y"),
            ]);
        Assert.Contains("${", config.Local.GetString(ConfigKeys.HeronBin), StringComparison.Ordinal);
    }

    [Fact]
    public void Tokens_that_multiply_are_refused_in_no_time()
    {
        string[] chain =
        [
            ConfigKeys.HeronBin, ConfigKeys.HeronLib, ConfigKeys.HeronDist, ConfigKeys.HeronEtc, ConfigKeys.Role,
            ConfigKeys.Environ, ConfigKeys.SubmitUser, ConfigKeys.BuildVersion, ConfigKeys.BuildHost, ConfigKeys.BuildUser,
        ];
        var tokens = chain.Select(key => "${" + ConfigDefaults.All.Single(known => known.Name == key).Token + "}").ToList();
        var form = chain.Select((key, i) => KeyValuePair.Create(
            key, i + 1 < chain.Length ? string.Join('/', Enumerable.Repeat(tokens[i + 1], 50)) : "x"));
        var watch = Stopwatch.StartNew();
        var fault = Assert.Throws<HeronException>(() => Load().ForRequest([], form));
        Assert.Equal(FaultKind.Invalid, fault.Kind);
        Assert.Contains("grows", fault.Message, StringComparison.Ordinal);
        Assert.True(watch.Elapsed < TimeSpan.FromSeconds(60), $"took {watch.Elapsed}");
    }

    [Fact]
    public void Text_of_nothing_but_short_segments_is_done_in_no_time_or_refused()
    {
        var watch = Stopwatch.StartNew();
        var fits = string.Join('/', Enumerable.Repeat("a", TokenSubstitution.MaximumLength / 2));
        Assert.Equal(fits, Load().ForRequest([], [new("my.key", fits)]).Local.GetString("my.key"));
        var fault = Assert.Throws<HeronException>(() => Load().ForRequest([], [new("my.key", string.Join('/', Enumerable.Repeat("a", 128 * 1024)))]));
        Assert.Contains("my.key", fault.Message, StringComparison.Ordinal);
        Assert.True(watch.Elapsed < TimeSpan.FromSeconds(5), $"took {watch.Elapsed}");
    }

    [Fact]
    public void Many_values_that_grow_are_refused_before_they_fill_the_memory()
    {
        var large = new string('x', 60_000);
        var form = Enumerable.Range(0, 200).Select(i => KeyValuePair.Create($"my.key{i}", "${HERON_BIN}"))
            .Append(new(ConfigKeys.HeronBin, large));
        var before = GC.GetAllocatedBytesForCurrentThread();
        var watch = Stopwatch.StartNew();
        var fault = Assert.Throws<HeronException>(() => Load().ForRequest([], form));
        Assert.Contains("settings grow", fault.Message, StringComparison.Ordinal);
        Assert.True(watch.Elapsed < TimeSpan.FromSeconds(5), $"took {watch.Elapsed}");
        Assert.True(GC.GetAllocatedBytesForCurrentThread() - before < 100_000_000, "allocated more than 100 MB");
    }

    [Fact]
    public void One_small_field_full_of_tokens_costs_little()
    {
        var field = string.Join('/', Enumerable.Repeat("${HERON_BIN}", 100));
        var watch = Stopwatch.StartNew();
        Assert.Throws<HeronException>(() => Load().ForRequest([], [new(ConfigKeys.HeronBin, field), new("my.key", field)]));
        Assert.True(watch.Elapsed < TimeSpan.FromSeconds(5), $"took {watch.Elapsed}");
    }

    [Fact]
    public void The_home_folder_of_nodes_is_left_to_the_node()
    {
        File.WriteAllText(
            Path.Join(_template, "scheduler.yaml"), "heron.scheduler.local.working.directory: ${HOME}/.herondata/${CLUSTER}\nmy.key: ~/x\n");
        var config = Load().ForRequest([new(ConfigKeys.Cluster, "nomad")], []);
        Assert.Equal("/home/heron/.herondata/nomad", config.Local.GetString("heron.scheduler.local.working.directory"));
        Assert.Equal("~/.herondata/nomad", config.Node.GetString("heron.scheduler.local.working.directory"));
        Assert.Equal("~/x", config.Node.GetString("my.key"));
    }

    [Theory]
    [InlineData("${HOME}/.herondata/state", "/srv/state")]
    [InlineData("~/state", "/srv/state")]
    [InlineData("/heron", "/heron")]
    public void The_place_of_the_state_reaches_containers_whole_where_it_names_a_home(string root, string expected)
    {
        var patched = StateManagerFile.Patch("", $"heron.statemgr.root.path: '{root}'\n", "/srv/state");
        Assert.Equal($"heron.statemgr.root.path: {expected}\n", patched);
    }

    [Fact]
    public void Form_cannot_pretend_to_be_another_topology()
    {
        KeyValuePair<string, object?>[] request =
        [
            new(ConfigKeys.TopologyName, "mine"), new(ConfigKeys.TopologyId, "mine-1"), new(ConfigKeys.Role, "me"),
        ];
        var config = Load().ForRequest(
            request,
            [new(ConfigKeys.TopologyName, "yours"), new(ConfigKeys.TopologyId, "yours-1"), new(ConfigKeys.Role, "you")]);
        foreach (var view in new[] { config.Local, config.Cluster })
        {
            Assert.Equal("mine", view.GetString(ConfigKeys.TopologyName));
            Assert.Equal("mine-1", view.GetString(ConfigKeys.TopologyId));
            Assert.Equal("me", view.GetString(ConfigKeys.Role));
        }
    }

    [Fact]
    public void Form_cannot_make_the_server_read_another_folder()
    {
        var elsewhere = Directory.CreateDirectory(Path.Join(_template, "elsewhere")).FullName;
        File.WriteAllText(Path.Join(elsewhere, "scheduler.yaml"), "my.secret: found\n");
        var config = Load().ForRequest([], [new(ConfigKeys.HeronConf, elsewhere), new(ConfigKeys.MetricsYaml, "/dev/zero")]);
        Assert.Equal(_template, config.Local.GetString(ConfigKeys.HeronConf));
        Assert.Equal(Path.Join(_template, "metrics_sinks.yaml"), config.Local.GetString(ConfigKeys.MetricsYaml));
        Assert.Null(config.Local.Get("my.secret"));
        Assert.Null(config.Cluster.Get("my.secret"));
    }

    [Fact]
    public void Request_changes_nothing_for_the_next_one()
    {
        var server = Load();
        server.ForRequest([new("a", 1)], [new("b", "2"), new(ConfigKeys.HeronLib, "/form")]);
        var next = server.ForRequest([], []);
        Assert.Null(next.Local.Get("a"));
        Assert.Null(next.Cluster.Get("b"));
        Assert.Equal("./heron-core/lib", next.Local.GetString(ConfigKeys.HeronLib));
    }

    [Fact]
    public void File_that_is_a_folder_or_too_large_sets_nothing_or_is_refused()
    {
        Directory.CreateDirectory(Path.Join(_template, "scheduler.yaml"));
        Assert.False(Load().IsSet(ConfigKeys.SchedulerClass));
        File.WriteAllText(Path.Join(_template, "packing.yaml"), "k: " + new string('x', 5 * 1024 * 1024));
        Assert.Contains("packing.yaml", Assert.Throws<HeronException>(Load).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("True", true)]
    [InlineData(" false ", false)]
    [InlineData("TRUE", true)]
    public void Booleans_given_as_text_work(string text, bool expected) => Assert.Equal(
        expected, new HeronConfig([new("k", text)]).GetBoolean("k", !expected));

    [Fact]
    public void Settings_that_the_server_makes_up_reach_the_executor_but_not_the_release_answer()
    {
        var server = Load();
        var withCore = server.With(new Dictionary<string, object?> { [ConfigKeys.CorePackageUri] = "http://self:9000/core" });
        Assert.Equal("http://self:9000/core", withCore.Base.Local.GetString(ConfigKeys.CorePackageUri));
        Assert.Equal("http://self:9000/core", withCore.ForRequest([], []).Cluster.GetString(ConfigKeys.CorePackageUri));
        Assert.Empty(withCore.Release);
    }

    [Fact]
    public void Release_file_gives_the_version_answer_in_order_of_names()
    {
        var release = Path.Join(_template, "release.yaml");
        File.WriteAllText(release, "heron.build.version: 0.20\nheron.build.host: h\nother: x\nheron.build.timestamp: 1672531200000\n");
        var server = ConfigurationLoader.Load(Sources() with { ReleaseFile = release });
        Assert.Equal(
            [
                new("heron.build.host", "h"),
                new("heron.build.timestamp", "1672531200000"),
                new("heron.build.version", "0.2"),
            ],
            server.Release);
    }

    private ServerConfiguration Load() => ConfigurationLoader.Load(Sources());

    private ConfigurationSources Sources() => new()
    {
        TemplateDirectory = _template,
        Cluster = "nomad",
        Environment = Machine,
    };
}
