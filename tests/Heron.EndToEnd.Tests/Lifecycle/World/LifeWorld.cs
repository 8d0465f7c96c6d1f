using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Google.Protobuf;
using Heron.Core.Protobuf;
using Heron.Core.State;
using Heron.EndToEnd.Tests.Support;
using Heron.Operations.Update;
using Heron.State.Folder;
using Heron.State.ZooKeeper;
using Heron.Testing;
using Heron.Testing.Nomad;
using Heron.Testing.StandIn;
using Heron.Testing.ZooKeeper;
using Heron.ZooKeeper;
using Microsoft.Extensions.Logging.Abstractions;

namespace Heron.EndToEnd.Tests.Lifecycle.World;

/// <summary>
/// A whole cluster on this machine: the real server as a process, a scheduler that really starts containers, a state
/// manager, and the stand-in heron-core that the containers download from the server.
/// </summary>
internal sealed class LifeWorld : IAsyncDisposable
{
    private const string Root = "/heron";

    private readonly Runs _runs;
    private readonly string _folder = Directory.CreateTempSubdirectory("whole-life-").FullName;
    private readonly int _port = Loopback.FreePorts(1)[0];
    private readonly string _definition;
    private readonly Dictionary<string, string> _settings = [];
    private readonly List<ServerProcess> _servers = [];
    private ZooKeeperServer? _zooKeeper;
    private ServerProcess? _server;

    private LifeWorld(Runs runs, IReadOnlyDictionary<string, string> settings)
    {
        _runs = runs;
        _definition = Path.Join(_folder, "life.defn");
        Topology = Heron.Core.Protobuf.Topology.Parser.ParseFrom(
            File.ReadAllBytes(Fixtures.Reference("topologies", "syn-2c-5i.defn")));
        foreach (var (key, value) in settings)
        {
            Topology.TopologyConfig.Kvs.Add(
                new Config.Types.KeyValue { Key = key, Value = value, Type = ConfigValueType.StringValue });
        }

        File.WriteAllBytes(_definition, Topology.ToByteArray());
        Records = new ContainerRecords(Path.Join(_folder, "records"), Topology.Id);
        Http = new HttpClient { BaseAddress = Address, Timeout = TimeSpan.FromMinutes(5) };
    }

    /// <summary>Two containers, five instances.</summary>
    public Topology Topology { get; }

    public string Name => Topology.Name;

    public Uri Address => new(string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{_port}"));

    public HttpClient Http { get; }

    public ContainerRecords Records { get; }

    public IStateManager State { get; private set; } = null!;

    /// <summary>Present when it keeps the state.</summary>
    public ZooKeeperServer? ZooKeeper => _zooKeeper;

    /// <summary>Present when Nomad runs the containers.</summary>
    public ScriptedNomad? Nomad { get; private set; }

    /// <summary>What all servers of this world have written.</summary>
    public string Log => string.Join('\n', _servers.SelectMany(server => server.Output.Concat(server.Errors)));

    /// <summary>Files of operations that are not brought to an end.</summary>
    public IReadOnlyList<string> Journal =>
        [.. Directory.GetDirectories(Path.Join(_folder, "store", ".server"))
            .Select(server => Path.Join(server, "journal"))
            .Where(Directory.Exists)
            .SelectMany(journal => Directory.GetFiles(journal, "*.json"))];

    /// <summary>Packages in the server's store.</summary>
    public IReadOnlyList<string> Packages =>
        [.. Directory.GetFiles(Path.Join(_folder, "store"), "*topology*", SearchOption.AllDirectories)];

    public static async Task<LifeWorld> StartAsync(
        Runs runs,
        Keeps keeps,
        IReadOnlyDictionary<string, string>? settings = null,
        Func<StandInCoreOptions, StandInCoreOptions>? core = null,
        IReadOnlyDictionary<string, string>? server = null,
        string? standstill = null)
    {
        var world = new LifeWorld(runs, settings ?? new Dictionary<string, string>());
        foreach (var (key, value) in server ?? new Dictionary<string, string>())
        {
            world._settings[key] = value;
        }

        try
        {
            await world.StartPartsAsync(keeps, core ?? (o => o));
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
    public async Task StartServerAsync(string? standstill = null)
    {
        File.Delete(Reached);
        _server = await ServerProcess.StartAsync(
            standstill is null ? ServerProcess.Product : ServerProcess.Blocking,
            _folder,
            ServerArguments(),
            standstill is null ? null : new Dictionary<string, string>
            {
                ["HERON_BLOCK_FROM"] = standstill,
                ["HERON_BLOCK_COUNT"] = "0",
                ["HERON_BLOCK_REACHED"] = Reached,
            });
        _servers.Add(_server);
    }

    /// <summary>Waits until the server stands still in the middle of a request, and kills it there.</summary>
    public async Task KillServerAtStandstillAsync(Task<(int Status, string Message)> request)
    {
        await Poll.UntilAsync(() => File.Exists(Reached) || request.IsCompleted, "the server stands still");
        Assert.True(File.Exists(Reached), request.IsCompletedSuccessfully ? (await request).ToString() + Log : Log);
        await KillServerAsync();
        await Assert.ThrowsAnyAsync<HttpRequestException>(() => request);
    }

    /// <summary>SIGTERM; waits until the server has ended.</summary>
    /// <returns>How long that took.</returns>
    public async Task<TimeSpan> TerminateServerAsync()
    {
        var clock = Stopwatch.StartNew();
        _server!.Signal("TERM");
        await _server.EndAsync();
        var elapsed = clock.Elapsed;
        await KillServerAsync();
        return elapsed;
    }

    /// <summary>Kill -9, unless it has ended already.</summary>
    public async Task KillServerAsync()
    {
        await _server!.DisposeAsync();
        _server = null;
    }

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
            { new StringContent(_runs == Runs.Nomad ? "nomad" : "local"), "cluster" },
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

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        if (_server is not null)
        {
            await _server.DisposeAsync();
        }

        if (State is not null)
        {
            await State.DisposeAsync();
        }

        if (Nomad is not null)
        {
            await Nomad.DisposeAsync();
        }

        Signals.KillAll(Records.Processes);

        if (_zooKeeper is not null)
        {
            await _zooKeeper.DisposeAsync();
        }

        Scratch.Delete(_folder);
    }

    private string Reached => Path.Join(_folder, "reached");

    private string TopologyPath => $"/api/v1/topologies/{(_runs == Runs.Nomad ? "nomad" : "local")}/ops/dev/{Name}";

    private static async Task<(int Status, string Message)> ReadAsync(HttpResponseMessage answer)
    {
        var text = await answer.Content.ReadAsStringAsync();
        return ((int)answer.StatusCode, JsonDocument.Parse(text).RootElement.GetProperty("message").GetString()!);
    }

    private async Task StartPartsAsync(Keeps keeps, Func<StandInCoreOptions, StandInCoreOptions> core)
    {
        StandInCorePackage.Write(
            Path.Join(_folder, "heron-core.tar.gz"),
            core(new StandInCoreOptions { RecordFolder = Path.Join(_folder, "records") }));
        if (_runs == Runs.Nomad)
        {
            Nomad = await ScriptedNomad.StartAsync(new ScriptedNomadOptions { RunsTasks = true });
        }

        if (keeps == Keeps.ZooKeeper)
        {
            _zooKeeper = await ZooKeeperServer.StartAsync();
            State = new ZooKeeperStateManager(
                new ZooKeeperStateOptions(Root, ZooKeeperOptions.For(_zooKeeper.ConnectionString)), TimeProvider.System, NullLoggerFactory.Instance);
        }
        else
        {
            State = new LocalFileSystemStateManager(
                new LocalFileSystemStateOptions(Path.Join(_folder, "state")) { PollInterval = TimeSpan.FromMilliseconds(20) },
                TimeProvider.System,
                NullLogger<LocalFileSystemStateManager>.Instance);
        }

        await State.StartAsync(CancellationToken.None);
    }

    private IEnumerable<string> ServerArguments()
    {
        var template = _runs == Runs.Nomad ? "nomad" : "local";
        var settings = new Dictionary<string, string>
        {
            ["heron.apiserver.http.file.system.directory"] = Path.Join(_folder, "store"),
            ["heron.scheduler.local.working.directory"] = Path.Join(_folder, "containers", "${TOPOLOGY_ID}"),

            // Nothing here runs Java; the value only has to be one that needs no Java on the node.
            ["heron.directory.sandbox.java.home"] = "/usr",
            ["heron.class.state.manager"] = _zooKeeper is null
                ? "org.apache.heron.statemgr.localfs.LocalFileSystemStateManager"
                : "org.apache.heron.statemgr.zookeeper.curator.CuratorStateManager",
            ["heron.statemgr.root.path"] = _zooKeeper is null ? Path.Join(_folder, "state") : Root,
            ["heron.statemgr.connection.string"] = _zooKeeper?.ConnectionString ?? "LOCALMODE",
        };
        if (_zooKeeper is not null)
        {
            // Sessions of the servers that are killed here outlive the test: nothing may have to wait for their end.
            settings["heron.statemgr.zookeeper.session.timeout.ms"] = "120000";
        }

        foreach (var (key, value) in _settings)
        {
            settings[key] = value;
        }

        if (_runs == Runs.Nomad)
        {
            settings["heron.nomad.scheduler.uri"] = Nomad!.Uri;
        }

        return
        [
            "--cluster", template, "--config-path", Path.Join(Fixtures.RepositoryRoot, "conf", template),
            "--port", _port.ToString(CultureInfo.InvariantCulture),
            "--heron-core-package-path", Path.Join(_folder, "heron-core.tar.gz"), "--verbose",
            .. settings.SelectMany(s => new[] { "-D", $"{s.Key}={s.Value}" }),
        ];
    }
}
