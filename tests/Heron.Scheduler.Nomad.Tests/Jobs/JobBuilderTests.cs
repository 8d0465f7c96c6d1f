// SPDX-License-Identifier: Apache-2.0
using System.Collections;
using System.Text.Json.Nodes;
using Heron.Core;
using Heron.Core.Configuration;
using Heron.Core.Packages;
using Heron.Core.Packing;
using Heron.Core.Scheduling;
using Heron.Scheduler.Nomad.Jobs;
using Heron.Scheduler.Nomad.Model;
using Heron.Scheduler.Nomad.Tests.Support;
using Heron.Testing;
using Heron.Testing.Nomad;

namespace Heron.Scheduler.Nomad.Tests.Jobs;

public sealed class JobBuilderTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_long_executor_command_goes_into_a_file_that_the_task_finds()
    {
        await using var nomad = await ScriptedNomad.StartAsync(new() { RunsTasks = true });
        var script = Path.Join(Directory.CreateTempSubdirectory("nomad-test-").FullName, "start.sh");
        await File.WriteAllTextAsync(script, "set -e\nwc -c < \"$HERON_EXECUTOR_CMD_FILE\"\nexec sleep 600\n", Token);
        await using var scheduler = Deployments.Scheduler(nomad, (NomadKeys.JobTemplate, script));
        var deployment = Deployments.Make(1);
        Set(deployment, "topology.additional.classpath", new string('x', 100_000));
        Set(deployment, "topology.worker.childopts", new string('x', 90_000));

        await scheduler.ScheduleAsync(deployment, Token);
        var allocation = nomad.Allocations($"{Deployments.Id}-1").Single();
        await Poll.UntilAsync(() => allocation.Logs.Contains('\n'), "the size of the command");

        Assert.True(int.Parse(allocation.Logs.Trim()) > 200_000);
        var task = nomad.Job($"{Deployments.Id}-1")!["TaskGroups"]![0]!["Tasks"]![0]!;
        Assert.Null(task["Env"]!["HERON_EXECUTOR_CMD"]);

        await scheduler.AddContainersAsync(Deployments.Identity, [2], Token);
        Assert.Contains(
            "--shard=2 ", nomad.Job($"{Deployments.Id}-2")!["TaskGroups"]![0]!["Tasks"]![0]!["Templates"]![1]!["EmbeddedTmpl"]!.GetValue<string>());
        Directory.Delete(Path.GetDirectoryName(script)!, recursive: true);
    }

    [Fact]
    public async Task A_variable_that_no_node_could_start_a_task_with_is_refused_before_a_job_is_registered()
    {
        await using var nomad = await ScriptedNomad.StartAsync();
        await using var scheduler = Deployments.Scheduler(nomad);
        var deployment = Deployments.Make(1) with { Package = new("http://host/" + new string('x', 131_072), null) };
        var fault = await Assert.ThrowsAsync<HeronException>(() => scheduler.ScheduleAsync(deployment, Token));
        Assert.Equal(FaultKind.Invalid, fault.Kind);
        Assert.Contains("environment variable HERON_TOPOLOGY_PACKAGE_URI", fault.Message, StringComparison.Ordinal);
        Assert.Empty(nomad.JobIds);
    }

    [Fact]
    public async Task Restart_never_runs_two_copies_of_a_container()
    {
        await using var nomad = await ScriptedNomad.StartAsync(new() { RunsTasks = true });
        var script = Path.Join(Directory.CreateTempSubdirectory("nomad-test-").FullName, "start.sh");
        await File.WriteAllTextAsync(script, "trap 'sleep 0.3; exit 0' INT\necho up\nwhile :; do sleep 0.05; done\n", Token);
        await using var scheduler = Deployments.Scheduler(nomad, (NomadKeys.JobTemplate, script));
        await scheduler.ScheduleAsync(Deployments.Make(2), Token);
        await Poll.UntilAsync(() => nomad.Allocations().All(a => a.Logs.Contains("up")), "the first tasks");

        await scheduler.RestartAsync(Deployments.Identity, null, Token);
        await Poll.UntilAsync(
            () => nomad.JobIds.All(id => nomad.Allocations(id) is [_, var second] && second.Logs.Contains("up")), "the second tasks");

        Assert.All(nomad.JobIds, id => Assert.Equal(1, nomad.PeakCopies(id)));
        Assert.Equal(3, await scheduler.KillAsync(Deployments.Identity, Token));
        await Task.WhenAll(nomad.Allocations().Select(a => a.Ended));
        Directory.Delete(Path.GetDirectoryName(script)!, recursive: true);
    }

    [Theory]
    [InlineData("{{ range $x }}[heron[")]
    [InlineData("]heron] [heron[ {{ }} [0123456789abcdef[")]
    public void Delimiters_never_stand_in_the_text(string text)
    {
        var template = StartScriptFile.Template(text, "x");

        Assert.Equal(text, template.EmbeddedTmpl);
        Assert.DoesNotContain(template.LeftDelim, text);
        Assert.DoesNotContain(template.RightDelim, text);
    }

    [Fact]
    public void Nothing_that_a_user_controls_is_interpolated_by_Nomad()
    {
        const string Hostile = "a'b \"c\" $(reboot) `reboot` ${NOMAD_PORT_server} ${attr.kernel.name} {{ env }} %{ if true } \n;&|";
        var deployment = Deployments.Make(1);
        Set(deployment, "topology.additional.classpath", Hostile);
        deployment = deployment with { DefinitionFileName = Hostile };
        foreach (var driver in new[] { "raw_exec", "docker" })
        {
            var job = NomadJson.Tree(Builder(deployment, (NomadKeys.Driver, driver)).Build(1));
            var task = job["TaskGroups"]![0]!["Tasks"]![0]!;

            Assert.DoesNotContain("${", task["Config"]!.ToJsonString());
            Assert.DoesNotContain("%{", task["Config"]!.ToJsonString());
            var environment = task["Env"]!.AsObject();
            foreach (var (name, value) in environment.Where(e => e.Key is not ("HOST" or "HERON_EXECUTOR_CMD")))
            {
                // The home is the node's.
                Assert.DoesNotContain("${", value!.GetValue<string>().Replace("${HOME}/", "/"));
            }

            var command = environment["HERON_EXECUTOR_CMD"]!.GetValue<string>();
            var ports = deployment.Core is { } core ? HeronCoreGeneration.For(core).Ports : [];
            var rest = ports.Aggregate(command, (text, port) => text.Replace("${" + port.Variable + "}", ""));
            Assert.DoesNotContain("${", rest);
            Assert.Contains($"--topology-defn-file={Hostile}", ShellWords.Parse(command));
            Assert.Contains(ShellWords.Parse(command), w => w.StartsWith("--classpath=") && w.EndsWith(Hostile));
        }
    }

    [Theory]
    [InlineData(NomadKeys.WorkingDirectory, "relative/path")]
    [InlineData(NomadKeys.WorkingDirectory, "/data/${NOMAD_ALLOC_ID}")]
    [InlineData(NomadKeys.WorkingDirectory, "/data/../etc")]
    [InlineData(NomadKeys.DockerImage, "image:${attr.x}")]
    [InlineData(NomadKeys.Priority, "0")]
    [InlineData(NomadKeys.CoreFreqMapping, "-5")]
    [InlineData(NomadKeys.RestartMode, "never")]
    [InlineData(NomadKeys.RestartAttempts, "1000")]
    [InlineData(NomadKeys.EphemeralDisk, "50")]
    [InlineData(NomadKeys.MetricsServiceProvider, "eureka")]
    public void A_setting_that_cannot_work_is_refused_with_its_key(string key, string value)
    {
        var fault = Assert.Throws<HeronException>(() => Builder(Deployments.Make(1), (key, value)));

        Assert.Equal(FaultKind.Invalid, fault.Kind);
        Assert.Contains(key, fault.Message);
    }

    [Theory]
    [InlineData("${HOME}/.herondata/${TOPOLOGY_ID}")]
    [InlineData("~/.herondata/${TOPOLOGY_ID}")]
    public void A_home_folder_is_left_to_the_node(string pattern)
    {
        var deployment = Deployments.Make(
            1,
            null,
            (NomadKeys.WorkingDirectory, pattern),
            (ConfigKeys.UseCorePackageUri, "true"),
            (ConfigKeys.CorePackageUri, "file://${HOME}/heron-core.tar.gz"));
        var environment = NomadJson.Tree(new JobBuilder(deployment, Deployments.Options(deployment.Config.Node), null).Build(1))
            ["TaskGroups"]![0]!["Tasks"]![0]!["Env"]!;

        Assert.Equal("${HOME}/.herondata/" + Deployments.Id + "/container-1", environment["HERON_NOMAD_WORKING_DIR"]!.GetValue<string>());
        Assert.Equal("file://${HOME}/heron-core.tar.gz", environment["HERON_CORE_PACKAGE_URI"]!.GetValue<string>());
        Assert.DoesNotContain(environment.AsObject(), pair => pair.Value!.GetValue<string>().Contains("/home/heron", StringComparison.Ordinal));
    }

    [Fact]
    public void Settings_reach_the_job()
    {
        var job = NomadJson.Tree(Builder(
            Deployments.Make(1),
            (NomadKeys.Datacenters, " east, west ,"), (NomadKeys.Priority, "70"), (NomadKeys.NodePool, "heron"),
            (NomadKeys.PortShape, "group"), (NomadKeys.EphemeralDisk, "5000"), (NomadKeys.RestartAttempts, "3"),
            (NomadKeys.RestartInterval, "60"), (NomadKeys.RestartDelay, "5"), (NomadKeys.RestartMode, "fail"),
            (NomadKeys.RescheduleDelay, "60"), (NomadKeys.RescheduleMaxDelay, "60"), (NomadKeys.KillTimeout, "7")).Build(1));
        var group = job["TaskGroups"]![0]!;
        var task = group["Tasks"]![0]!;

        Assert.Equal("""["east","west"]""", job["Datacenters"]!.ToJsonString());
        Assert.Equal((70, "heron"), (job["Priority"]!.GetValue<int>(), job["NodePool"]!.GetValue<string>()));
        Assert.Equal(5000, group["EphemeralDisk"]!["SizeMB"]!.GetValue<int>());
        Assert.Equal(
            """{"Attempts":3,"Interval":60000000000,"Delay":5000000000,"Mode":"fail"}""", group["RestartPolicy"]!.ToJsonString());
        Assert.Equal("constant", group["ReschedulePolicy"]!["DelayFunction"]!.GetValue<string>());
        Assert.Equal(7_000_000_000, task["KillTimeout"]!.GetValue<long>());
        Assert.NotEmpty(group["Networks"]![0]!["DynamicPorts"]!.AsArray());
        Assert.Null(task["Resources"]!["Networks"]);
    }

    [Fact]
    public void Older_cores_get_their_own_port_labels()
    {
        var job = NomadJson.Tree(Builder(Deployments.Make(1) with { Core = new HeronCoreVersion("0.17.3") }).Build(0));
        var labels = job["TaskGroups"]![0]!["Tasks"]![0]!["Resources"]!["Networks"]![0]!["DynamicPorts"]!.AsArray()
            .Select(p => p!["Label"]!.GetValue<string>());

        Assert.Equal(
            ["master", "tmaster_ctl", "tmaster_stats", "shell_port", "metrics_mgr", "scheduler", "metrics_cache_m", "metrics_cache_s", "ckptmgr",
                "metrics_port"],
            labels);
    }

    [Theory]
    [InlineData("0.17.3")]
    [InlineData("0.18.0.1")]
    [InlineData("0.20.5-incubating")]
    public void Every_core_finds_the_port_file_that_its_Prometheus_sink_is_told_to_read(string core)
    {
        var job = NomadJson.Tree(Builder(Deployments.Make(1) with { Core = new HeronCoreVersion(core) }).Build(0));

        Assert.Equal("port_file", job["TaskGroups"]![0]!["Tasks"]![0]!["Env"]!["METRICS_PORT_FILE"]!.GetValue<string>());
    }

    [Fact]
    public async Task The_dry_run_shows_one_document_a_line_for_nomad_job_run()
    {
        await using var scheduler = Deployments.Scheduler("http://127.0.0.1:1");

        var lines = string.Concat(scheduler.Describe(Deployments.Make(2))).Split('\n', StringSplitOptions.RemoveEmptyEntries);

        Assert.Equal(3, lines.Length);
        Assert.Equal(
            Enumerable.Range(0, 3).Select(i => $"{Deployments.Id}-{i}"),
            lines.Select(l => JsonNode.Parse(l)!["Job"]!["ID"]!.GetValue<string>()));
    }

    [Fact]
    public void A_package_of_another_server_has_no_digest()
    {
        var deployment = Deployments.Make(1) with { Package = new PublishedPackage("s3://bucket/topology.tar.gz", null) };
        var environment = NomadJson.Tree(Builder(deployment).Build(0))["TaskGroups"]![0]!["Tasks"]![0]!["Env"]!;

        Assert.Null(environment["HERON_TOPOLOGY_PACKAGE_SHA256"]);
        Assert.Equal("s3://bucket/topology.tar.gz", environment["HERON_TOPOLOGY_PACKAGE_URI"]!.GetValue<string>());
    }

    [Theory]
    [InlineData("word", 3, "metrics-heron-word-3")]
    [InlineData("my_topology.v2", 0, "metrics-heron-my-topology-v2-0")]
    public void Service_names_are_what_Nomad_accepts(string topology, int container, string name) =>
        Assert.Equal(name, JobNames.MetricsService(topology, container));

    [Fact]
    public void A_long_service_name_is_cut_and_stays_unique()
    {
        var one = JobNames.MetricsService(new string('a', 200) + "x", 999);
        var other = JobNames.MetricsService(new string('a', 200) + "y", 999);

        Assert.Equal(63, one.Length);
        Assert.EndsWith("-999", one);
        Assert.NotEqual(one, other);
    }

    [Fact]
    public void Making_all_jobs_looks_at_every_instance_a_few_times_and_not_once_a_container()
    {
        const int Containers = 500;
        var deployment = Deployments.Make(Containers);
        var looks = 0;
        var plan = deployment.Plan with
        {
            Containers = [.. deployment.Plan.Containers.Select(c => c with { Instances = new Watched<InstancePlan>(c.Instances, () => looks++) })],
        };
        var builder = Builder(deployment with { Plan = plan });

        Assert.All(builder.ContainerIds, id => builder.Build(id));

        Assert.InRange(looks, 1, 5 * Containers);
    }

    [Theory]
    [InlineData("id-0", 0)]
    [InlineData("id-17", 17)]
    [InlineData("id-01", null)]
    [InlineData("id--1", null)]
    [InlineData("id-1a", null)]
    [InlineData("id-", null)]
    [InlineData("id2-1", null)]
    [InlineData("id-99999999999", null)]
    public void A_container_is_told_by_the_shape_of_the_job_id(string jobId, int? container) =>
        Assert.Equal(container, JobNames.ContainerOf(jobId, "id"));

    private static void Set(TopologyDeployment deployment, string key, string value)
    {
        var settings = deployment.Topology.TopologyConfig.Kvs;
        foreach (var old in settings.Where(s => s.Key == key).ToList())
        {
            settings.Remove(old);
        }

        settings.Add(new Core.Protobuf.Config.Types.KeyValue { Key = key, Value = value });
    }

    private static JobBuilder Builder(TopologyDeployment deployment, params (string Key, string Value)[] settings)
    {
        var given = settings.Select(s => KeyValuePair.Create(s.Key, (object?)s.Value)).ToList();
        var local = deployment.Config.Local.With(given);
        return new JobBuilder(
            deployment with { Config = deployment.Config with { Local = local, Node = deployment.Config.Node.With(given) } },
            Deployments.Options(local),
            submission: null);
    }

    /// <summary>A list that tells when it is gone through.</summary>
    private sealed class Watched<T>(IReadOnlyList<T> items, Action look) : IReadOnlyList<T>
    {
        public int Count => items.Count;

        public T this[int index] => items[index];

        public IEnumerator<T> GetEnumerator()
        {
            look();
            return items.GetEnumerator();
        }

        IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
    }
}
