// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using System.Text.Json;
using Google.Protobuf;
using Heron.Core.Protobuf;
using Heron.Core.State;
using Heron.EndToEnd.Tests.Support;
using Heron.Operations.Update;
using Heron.State.ZooKeeper;
using Heron.Testing;
using Heron.Testing.Nomad;
using Heron.Testing.StandIn;
using Heron.Testing.State;
using Heron.Testing.ZooKeeper;
using Heron.ZooKeeper;
using Microsoft.Extensions.Logging.Abstractions;

namespace Heron.EndToEnd.Tests.Lifecycle.World;

/// <summary>
/// A whole cluster on this machine: a server and a scheduler that really starts containers, a state manager, and the stand-in
/// heron-core that the containers download from the server.
/// </summary>
internal sealed class LifeWorld : ServerWorld
{
    private const string Root = "/heron";

    private static int _chroots;

    private readonly Runs _runs;
    private readonly string _definition;
    private readonly Dictionary<string, string> _settings = [];
    private ZooKeeperServer? _zooKeeper;
    private string? _zooKeeperPlace;

    private LifeWorld(Runs runs, ScriptedNomad? nomad, IReadOnlyDictionary<string, string>? settings)
    {
        Nomad = nomad;
        _runs = runs;
        _definition = Path.Join(Home.Path, "life.defn");
        Topology = Samples.FiveInstances(settings);
        File.WriteAllBytes(_definition, Topology.ToByteArray());
        Records = new ContainerRecords(RecordFolder, Topology.Id);
    }

    /// <summary>Two containers, five instances.</summary>
    public Topology Topology { get; }

    public string Name => Topology.Name;

    public ContainerRecords Records { get; }

    public IStateManager State { get; private set; } = null!;

    /// <summary>Present when it keeps the state and is this world's own.</summary>
    public ZooKeeperServer? ZooKeeper => _zooKeeper;

    /// <summary>Files of operations that are not brought to an end.</summary>
    public IReadOnlyList<string> Journal =>
        [.. Directory.GetDirectories(Path.Join(Home.Store, ".server"))
            .Select(server => Path.Join(server, "journal"))
            .Where(Directory.Exists)
            .SelectMany(journal => Directory.GetFiles(journal, "*.json"))];

    /// <summary>Packages in the server's store.</summary>
    public IReadOnlyList<string> Packages =>
        [.. Directory.GetFiles(Home.Store, "*topology*", SearchOption.AllDirectories)];

    /// <summary>Starts everything.</summary>
    /// <param name="runs">What runs the containers.</param>
    /// <param name="keeps">What keeps the state.</param>
    /// <param name="settings">Settings of the topology.</param>
    /// <param name="core">Changes how the containers behave.</param>
    /// <param name="server">Settings of the server.</param>
    /// <param name="standstill">The failpoint at which the server stands still, if it shall.</param>
    /// <param name="shared">The ZooKeeper in which this world keeps its state below a chroot; without it one of its own is started.</param>
    public static async Task<LifeWorld> StartAsync(
        Runs runs,
        Keeps keeps,
        IReadOnlyDictionary<string, string>? settings = null,
        Func<StandInCoreOptions, StandInCoreOptions>? core = null,
        IReadOnlyDictionary<string, string>? server = null,
        string? standstill = null,
        SharedZooKeeper? shared = null)
    {
        var world = new LifeWorld(
            runs,
            runs == Runs.Nomad ? await ScriptedNomad.StartAsync(new ScriptedNomadOptions { RunsTasks = true }) : null,
            settings);
        foreach (var (key, value) in server ?? new Dictionary<string, string>())
        {
            world._settings[key] = value;
        }

        try
        {
            await world.StartPartsAsync(keeps, core ?? (o => o), shared);
            await world.StartServerAsync(standstill);
        }
        catch
        {
            await world.DisposeAsync();
            throw;
        }

        return world;
    }

    /// <param name="standstill">The failpoint at which the server stands still, if it shall.</param>
    public Task StartServerAsync(string? standstill = null) => StartServerAsync(ServerArguments(), standstill);

    private string Outputs => string.Join('\n', Nomad?.Allocations().Select(a => $"{a.Id}: {a.Logs}") ?? []);

    /// <summary>Submits and waits until the topology runs.</summary>
    public async Task SubmitAsync()
    {
        using var answer = await SendSubmissionAsync();
        Assert.True((int)answer.StatusCode == 201, await answer.Content.ReadAsStringAsync() + Log);
        await WaitForAsync(2, TopologyState.Running);
    }

    public async Task<HttpResponseMessage> SendSubmissionAsync()
    {
        using var form = new MultipartFormDataContent
        {
            { new StringContent(Name), "name" },
            { new StringContent(Cluster), "cluster" },
            { new StringContent("ops"), "role" },
            { new StringContent("dev"), "environment" },
            { new StringContent("alice"), "user" },
            { new ByteArrayContent(await File.ReadAllBytesAsync(_definition)), "definition", Name + ".defn" },
            { new ByteArrayContent("no real topology\n"u8.ToArray()), "topology", "life.jar" },
        };
        return await Http.PostAsync("/api/v1/topologies", form);
    }

    /// <summary>Posts an operation: <c>activate</c>, <c>update</c>, ...</summary>
    public async Task<(int Status, string Message)> PostAsync(string operation, params (string Key, string Value)[] fields)
    {
        using var form = new FormUrlEncodedContent(fields.Select(f => KeyValuePair.Create(f.Key, f.Value)));
        using var answer = await Http.PostAsync($"{TopologyPath}/{operation}", form);
        return await ReadAsync(answer);
    }

    public Task<(int Status, string Message)> ScaleAsync(int containers) =>
        PostAsync("update", ("container_number", containers.ToString(CultureInfo.InvariantCulture)));

    public async Task<(int Status, string Message)> KillAsync()
    {
        using var answer = await Http.DeleteAsync(TopologyPath);
        return await ReadAsync(answer);
    }

    public async Task<JsonElement> DescribeAsync() => JsonDocument.Parse(await Http.GetStringAsync(TopologyPath)).RootElement;

    public Task<PhysicalPlan?> PhysicalPlanAsync() => State.GetPhysicalPlanAsync(Name, CancellationToken.None);

    /// <summary>Waits until the server has brought to an end by itself what was begun.</summary>
    public Task UntilSettledAsync(string what) => Poll.UntilAsync(
        () => Task.FromResult(Journal.Count == 0), () => $"{what} is not settled:\n{Log}");

    /// <summary>Waits until the topology runs in so many containers, as its physical plan, its state and its processes say.</summary>
    public async Task WaitForAsync(int containers, TopologyState state)
    {
        var plan = await State.GetPackingPlanAsync(Name, CancellationToken.None);
        Assert.NotNull(plan);
        Assert.Equal(Enumerable.Range(1, containers), plan.ContainerPlans.Select(c => c.Id).Order());
        try
        {
            await State.WaitForPhysicalPlanAsync(
                Name, p => p.IsMadeFrom(plan) && p!.Topology.State == state, Poll.Limit, CancellationToken.None);
        }
        catch (TimeoutException)
        {
            Assert.Fail($"no physical plan of {containers} containers in state {state}: {Journal.Count} unfinished\n{Records.Everything}\n{Outputs}\n{Log}");
        }

        await Poll.UntilAsync(
            () => Task.FromResult(Records.Running.SequenceEqual(Enumerable.Range(0, containers + 1))),
            () => $"running are [{string.Join(", ", Records.Running)}], not 0 to {containers}");
    }

    protected override async Task EndSurroundingsAsync()
    {
        if (State is not null)
        {
            await State.DisposeAsync();
        }

        Signals.KillAll(Records.Processes);
        if (_zooKeeper is not null)
        {
            await _zooKeeper.DisposeAsync();
        }
    }

    private string RecordFolder => Path.Join(Home.Path, "records");

    private string CorePackage => Path.Join(Home.Path, "heron-core.tar.gz");

    private string Cluster => _runs == Runs.Nomad ? "nomad" : "local";

    private string TopologyPath => $"/api/v1/topologies/{Cluster}/ops/dev/{Name}";

    private static async Task<(int Status, string Message)> ReadAsync(HttpResponseMessage answer)
    {
        var text = await answer.Content.ReadAsStringAsync();
        return ((int)answer.StatusCode, JsonDocument.Parse(text).RootElement.GetProperty("message").GetString()!);
    }

    private async Task StartPartsAsync(Keeps keeps, Func<StandInCoreOptions, StandInCoreOptions> core, SharedZooKeeper? shared)
    {
        StandInCorePackage.Write(CorePackage, core(new StandInCoreOptions { RecordFolder = RecordFolder }));
        if (keeps == Keeps.ZooKeeper)
        {
            _zooKeeperPlace = shared is not null
                ? shared.Server.ConnectionString + string.Create(CultureInfo.InvariantCulture, $"/life-{Interlocked.Increment(ref _chroots)}")
                : (_zooKeeper = await ZooKeeperServer.StartAsync()).ConnectionString;
            State = new ZooKeeperStateManager(
                new ZooKeeperStateOptions(Root, ZooKeeperOptions.For(_zooKeeperPlace)), TimeProvider.System, NullLoggerFactory.Instance);
        }
        else
        {
            State = LocalFolderStore.StateIn(Home.State, TimeSpan.FromMilliseconds(20));
        }

        await State.StartAsync(CancellationToken.None);
    }

    private IReadOnlyList<string> ServerArguments()
    {
        var settings = new Dictionary<string, string>
        {
            ["heron.scheduler.local.working.directory"] = Path.Join(Home.Path, "containers", "${TOPOLOGY_ID}"),

            // Nothing here runs Java; the value only has to be one that needs no Java on the node.
            ["heron.directory.sandbox.java.home"] = "/usr",
        };
        if (_zooKeeperPlace is not null)
        {
            settings["heron.class.state.manager"] = "org.apache.heron.statemgr.zookeeper.curator.CuratorStateManager";
            settings["heron.statemgr.root.path"] = Root;
            settings["heron.statemgr.connection.string"] = _zooKeeperPlace;

            // Sessions of the servers that are killed here outlive the test: nothing may have to wait for their end.
            settings["heron.statemgr.zookeeper.session.timeout.ms"] = "120000";
        }

        if (Nomad is not null)
        {
            settings["heron.nomad.scheduler.uri"] = Nomad.Uri;
        }

        return Home.Arguments(Cluster, settings.Concat(_settings), "--heron-core-package-path", CorePackage);
    }
}
