// SPDX-License-Identifier: Apache-2.0
using System.Text.Json.Nodes;
using Heron.Core.Configuration;
using Heron.Core.Packages;
using Heron.Core.Packing;
using Heron.Core.Scheduling;
using Heron.Core.Topologies;
using Heron.Testing;
using Proto = Heron.Core.Protobuf;

namespace Heron.Core.Tests.Scheduling;

public class ExecutorCommandTests
{
    private static readonly Lazy<IReadOnlyList<JsonNode>> Recorded = new(() =>
        [.. JsonNode.Parse(File.ReadAllText(Fixtures.Reference("executor", "commands.json")))!.AsArray().Select(n => n!)]);

    public static TheoryData<string, int> Cases() =>
        new(Recorded.Value.Select(c => (Text(c, "case"), c["container"]!.GetValue<int>())));

    [Theory]
    [MemberData(nameof(Cases))]
    public void Every_recorded_command_has_the_same_arguments_in_the_same_order(string name, int container)
    {
        var expected = Recorded.Value.Single(c => Text(c, "case") == name && c["container"]!.GetValue<int>() == container);
        var deployment = Deployment(expected);
        var actual = ExecutorCommand.Arguments(deployment, container)
            .Select(argument => argument.ToString()).Prepend(ExecutorCommand.Program(deployment));
        Assert.Equal(ExpectedArguments(expected), actual);
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Every_recorded_command_reaches_the_executor_through_a_real_shell(string name, int container)
    {
        var expected = Recorded.Value.Single(c => Text(c, "case") == name && c["container"]!.GetValue<int>() == container);
        var variables = HeronCoreGeneration.Newest.Ports
            .Select((port, i) => KeyValuePair.Create(port.Variable, $"{31000 + i}"))
            .Append(new("JAVA_HOME", "/jdk with blank"))
            .Append(new("CMD", ExecutorCommand.ShellText(Deployment(expected), container)))
            .ToDictionary();
        var seen = Shell.Run("eval \"set -- $CMD\"; printf '%s\\n' \"$@\"", variables).TrimEnd('\n').Split('\n');
        var wanted = ExpectedArguments(expected).Select(argument => variables
            .Where(v => v.Key != "CMD")
            .Aggregate(argument, (text, v) => text
                .Replace("${" + v.Key + "}", v.Value, StringComparison.Ordinal)
                .Replace("$" + v.Key, v.Value, StringComparison.Ordinal)));
        Assert.Equal(wanted, seen);
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void The_download_command_is_the_recorded_one_but_for_a_folder_that_nodes_have(string name, int container)
    {
        var expected = Recorded.Value.Single(c => Text(c, "case") == name && c["container"]!.GetValue<int>() == container);
        Assert.Equal(
            Text(expected, "HERON_TOPOLOGY_DOWNLOAD_CMD").Replace("-p {TEMPLATE_DIR}", "-p ./heron-conf", StringComparison.Ordinal),
            TopologyDownloadCommand.ShellText(Deployment(expected)));
    }

    [Theory]
    [InlineData("0.17.3", "--tmaster-binary=./heron-core/bin/heron-tmaster", "--master-port=${NOMAD_PORT_master}")]
    [InlineData("0.17.3", "--metricscache-manager-master-port=${NOMAD_PORT_metrics_cache_m}", "&equals;&equals;\"")]
    [InlineData("0.17.8", "--metricscache-manager-mode=disabled", "(61)(61)\"")]
    [InlineData("0.20.3-incubating-rc7", "--checkpoint-manager-ram=1073741824", "--tmaster-controller-port=${NOMAD_PORT_tmaster_ctl}")]
    [InlineData("0.20.3-incubating", "--tmanager-binary=./heron-core/bin/heron-tmanager", "--server-port=${NOMAD_PORT_server}")]
    [InlineData("0.20.5-incubating", "--verbose-gc", "--server-port=${NOMAD_PORT_server}")]
    public void A_release_gets_the_flags_it_knows(string release, string one, string two)
    {
        var arguments = OfRelease(release);
        Assert.Contains(arguments, a => a.Contains(one, StringComparison.Ordinal));
        Assert.Contains(arguments, a => a.Contains(two, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("0.17.3", "--metricscache-manager-mode", "--checkpoint-manager-ram", "--verbose-gc", "--server-port", "(61)")]
    [InlineData("0.17.8", "--checkpoint-manager-ram", "--verbose-gc", "--tmanager-binary", "&equals;", "--server-port")]
    [InlineData("0.19.0.1", "--checkpoint-manager-ram", "--verbose-gc", "--tmanager-binary", "&equals;", "--server-port")]
    [InlineData("0.20.3-incubating", "--verbose-gc", "--tmaster-binary", "--master-port", "&equals;", "--tmaster-stats-port")]
    public void A_release_never_gets_a_flag_that_it_does_not_know(string release, params string[] unknown) =>
        Assert.All(unknown, flag => Assert.DoesNotContain(
            OfRelease(release), a => flag.StartsWith('-') ? a.Split('=')[0] == flag : a.Contains(flag, StringComparison.Ordinal)));

    [Fact]
    public void Every_release_gets_all_flags_it_requires_and_none_that_it_does_not_declare()
    {
        var releases = JsonNode.Parse(File.ReadAllText(Fixtures.File("heron-core", "executor-flags.json")))!.AsArray();
        Assert.Equal(20, releases.Count);
        foreach (var release in releases)
        {
            var sent = OfRelease(Text(release!, "release")).Select(argument => argument.Split('=')[0][2..]).ToList();
            var required = release!["required"]!.AsArray().Select(flag => flag!.GetValue<string>()).ToList();
            var known = required.Concat(release["optional"]!.AsArray().Select(flag => flag!.GetValue<string>()));
            Assert.Equal(sent.Distinct(), sent);
            Assert.Empty(required.Except(sent));
            Assert.Empty(sent.Except(known));
        }
    }

    [Theory]
    [InlineData("0.17.8", "./heron-core/bin/heron-downloader http://h/t.tar.gz .")]
    [InlineData("0.19.0.5", "./heron-core/bin/heron-downloader http://h/t.tar.gz .")]
    [InlineData("0.19.0.6", "./heron-core/bin/heron-downloader -u http://h/t.tar.gz -f . -m local -p ./heron-conf -d ./heron-core")]
    public void Older_downloaders_get_two_arguments(string release, string command)
    {
        var deployment = Deployment(Recorded.Value[0]) with
        {
            Core = new HeronCoreVersion(release),
            Package = new PublishedPackage("http://h/t.tar.gz", null),
        };
        Assert.Equal(command, TopologyDownloadCommand.ShellText(deployment));
    }

    [Fact]
    public void A_metrics_cache_that_a_submission_asks_for_is_started_and_not_only_noted_in_its_package()
    {
        var recorded = Recorded.Value.First(c => Text(c, "case") == "cluster-local").DeepClone();
        Assert.Contains("--metricscache-manager-mode=disabled", ExecutorCommand.ShellText(Deployment(recorded), 0), StringComparison.Ordinal);

        recorded["form"]![ConfigKeys.MetricscachemgrMode] = "cluster";
        Assert.Contains("--metricscache-manager-mode=cluster", ExecutorCommand.ShellText(Deployment(recorded), 0), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("~/jdk-17")]
    [InlineData("${HOME}/jdk-17")]
    public void A_path_below_the_home_folder_is_below_that_of_the_node_which_runs_the_container(string javaHome)
    {
        var recorded = Recorded.Value.First(c => Text(c, "case") == "cluster-local").DeepClone();
        recorded["server"]!["overrides"] = new JsonObject
        {
            [ConfigKeys.HeronClusterJavaHome] = javaHome,
            [ConfigKeys.ExecutorBinary] = "~/bin/executor",
            [ConfigKeys.StmgrBinary] = "${HOME}/bin/it's a stmgr",
            [ConfigKeys.SchedulerClasspath] = "~/s/*",
            [ConfigKeys.PackingClasspath] = "/opt/~/p/*",
            [ConfigKeys.StatemgrClasspath] = "${HOME}/z/*",
            [ConfigKeys.DownloaderBinary] = "~/bin/downloader",
            [ConfigKeys.StatemgrRootPath] = "~/state",
        };
        recorded["form"]!["environment"] = "~";
        var deployment = Deployment(recorded);

        var command = ExecutorCommand.ShellText(deployment, 1);
        Dictionary<string, string> node = new() { ["HOME"] = "/srv/a node's home", ["CMD"] = command, ["GET"] = TopologyDownloadCommand.ShellText(deployment) };
        var seen = Shell.Run("eval \"set -- $GET\"; printf '%s\\n' \"$1\"; eval \"set -- $CMD\"; printf '%s\\n' \"$@\"", node).Split('\n');

        Assert.Equal(["/srv/a node's home/bin/downloader", "/srv/a node's home/bin/executor"], seen[..2]);
        Assert.Contains("--heron-java-home=/srv/a node's home/jdk-17", seen);
        Assert.Contains("--stmgr-binary=/srv/a node's home/bin/it's a stmgr", seen);
        Assert.Contains("--scheduler-classpath=/srv/a node's home/s/*:/opt/~/p/*:/srv/a node's home/z/*", seen);
        Assert.Contains("--environment=~", seen);
        Assert.Contains("--state-manager-root=/home/heron/state", seen);
        Assert.DoesNotContain("${HOME}", command, StringComparison.Ordinal);
    }

    /// <summary>
    /// For clusters not called nomad or local the reference never reads the template again and falls back to a fixed path
    /// of Java; here the template counts for every cluster. And the reference loses a submission's wish for a log of garbage
    /// collections before the command is made.
    /// </summary>
    private static IEnumerable<string> ExpectedArguments(JsonNode recorded) => Text(recorded, "HERON_EXECUTOR_CMD")
        .Split(' ')
        .Select(argument => Text(recorded, "case") == "cluster-other-docker" && argument == "--heron-java-home=/usr/lib/jvm/default-java"
            ? "--heron-java-home=$JAVA_HOME"
            : argument)
        .SelectMany<string, string>(argument =>
            argument.StartsWith("--heron-java-home=", StringComparison.Ordinal) && recorded["form"]!["verbose_gc"] is not null
                ? [argument, "--verbose-gc"]
                : [argument]);

    private static List<string> OfRelease(string release)
    {
        var recorded = Deployment(Recorded.Value.First(c => Text(c, "case") == "raw-core-uri-stateful-verbose-gc"));
        var executor = recorded.Config.Executor.With([new(ConfigKeys.VerboseGc, true)]);
        var options = recorded.Topology.Clone();
        options.TopologyConfig.Kvs.Add(new Proto.Config.Types.KeyValue { Key = "topology.worker.childopts", Value = "-Xmx10g" });
        var deployment = recorded with
        {
            Core = new HeronCoreVersion(release),
            Topology = options,
            Config = recorded.Config with { Executor = executor },
        };
        return [.. ExecutorCommand.Arguments(deployment, 0).Select(a => a.ToString())];
    }

    private static TopologyDeployment Deployment(JsonNode recorded)
    {
        var server = recorded["server"]!;
        var form = recorded["form"]!.AsObject().ToDictionary(e => e.Key, e => e.Value!.GetValue<string>());
        var definition = Text(recorded, "definition");
        var topology = TopologyReader.Read(
            File.ReadAllBytes(Fixtures.Reference(definition.Split('/'))), definition);
        var configuration = ConfigurationLoader.Load(new ConfigurationSources
        {
            TemplateDirectory = Fixtures.Reference("templates", Text(server, "template")),
            Cluster = Text(server, "cluster"),
            Environment = new HostEnvironment("/home/heron", "/usr/lib/jvm/java-11-openjdk-amd64"),
            ReleaseFile = Fixtures.Reference("templates", "release.yaml"),
            Overrides = server["overrides"]!.AsObject().ToDictionary(e => e.Key, e => e.Value!.GetValue<string>()),
        });
        string[] fixedFields = ["name", "cluster", "role", "environment", "user", "verbose", "verbose_gc", "dry_run", "dry_run_format"];
        var role = form["role"];
        var config = configuration.ForRequest(
            new Dictionary<string, object?>
            {
                [ConfigKeys.Cluster] = form["cluster"],
                [ConfigKeys.TopologyName] = form["name"],
                [ConfigKeys.TopologyId] = topology.Id,
                [ConfigKeys.Role] = role,
                [ConfigKeys.Environ] = form.GetValueOrDefault("environment", "default"),
                [ConfigKeys.SubmitUser] = form.GetValueOrDefault("user", role),
                [ConfigKeys.Verbose] = form.ContainsKey("verbose"),
                [ConfigKeys.VerboseGc] = form.ContainsKey("verbose_gc"),
            },
            form.Where(field => !fixedFields.Contains(field.Key)));
        var job = JsonNode.Parse(File.ReadAllText(Fixtures.Reference("nomad-jobs", Text(recorded, "case") + ".json")))!;
        var definitionName = job["steps"]![0]!["definition_filename"]?.GetValue<string>() ?? definition.Split('/')[^1];
        return new TopologyDeployment(
            new TopologyIdentity(form["cluster"], role, "devel", topology.Name, topology.Id),
            topology,
            Plan(topology, config.Local, definition),
            config,
            new PublishedPackage(Text(recorded, "package_uri"), null),
            definitionName[(definitionName.LastIndexOf('/') + 1)..],
            Text(recorded, "binary"),
            HeronCoreVersion.Newest);
    }

    private static PackingPlan Plan(Proto.Topology topology, HeronConfig config, string definition)
    {
        var algorithm = config.GetString(ConfigKeys.PackingClass)!.Split('.')[^1];
        if (algorithm == "RoundRobinPacking")
        {
            return new RoundRobinPacking().Pack(topology, config);
        }

        var recorded = JsonNode.Parse(File.ReadAllText(Fixtures.Reference(
            "packing", "submit", $"{Path.GetFileNameWithoutExtension(definition)}.{algorithm}.json")))!;
        return PackingPlanProto.FromProto(
            Proto.PackingPlan.Parser.ParseFrom(Convert.FromBase64String(Text(recorded, "plan_proto_base64"))));
    }

    private static string Text(JsonNode node, string key) => node[key]!.GetValue<string>();
}
