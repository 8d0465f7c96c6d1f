// SPDX-License-Identifier: Apache-2.0
using System.Collections.Concurrent;
using System.Text;
using Heron.Core;
using Heron.Core.Protobuf;
using Heron.Core.Scheduling;
using Heron.Core.Storage;
using Heron.Core.Topologies;
using PackingPlan = Heron.Core.Packing.PackingPlan;

namespace Heron.Testing.Scheduling;

/// <summary>
/// The one scheduler of tests that need none: containers are numbers in memory. It notes what it is asked, fails or waits where
/// a test says so, and tells about containers what a test set.
/// </summary>
public sealed class FakeScheduler : IScheduler, IContainerInspector, IContainerFiles
{
    private readonly ConcurrentDictionary<string, Entry> _topologies = new(StringComparer.Ordinal);
    private readonly ContainerChanges _changes = new();
    private int _inspections;
    private int _filesWaiting;
    private int _listings;

    /// <summary>A failure as a real scheduler has it.</summary>
    public static HeronException Refusal { get; } = new(FaultKind.BadGateway, "Nomad said no");

    /// <summary>What was asked to be changed, in order: <c>schedule ID</c>, <c>kill ID</c>, <c>restart ID all</c>, <c>add 3,4</c>, <c>remove 3</c>.</summary>
    public ConcurrentQueue<string> Calls { get; } = new();

    /// <summary>Thrown by the calls named: those of <see cref="Calls"/>, <c>list</c>, <c>inspect</c> and <c>files</c>.</summary>
    public ConcurrentDictionary<string, Exception> Failures { get; } = new();

    /// <summary>Deployments whose containers are there, by topology id.</summary>
    public IReadOnlyDictionary<string, TopologyDeployment> Running => _topologies
        .Where(t => t.Value.Deployment is not null)
        .ToDictionary(t => t.Key, t => t.Value.Deployment!, StringComparer.Ordinal);

    /// <summary>All containers but those of topology managers, sorted.</summary>
    public IReadOnlyList<int> Containers => [.. _topologies.Values.SelectMany(t => t.Containers.Keys).Where(id => id != 0).Order()];

    public Func<TopologyDeployment, CancellationToken, Task<ScheduleResult>>? OnSchedule { get; set; }

    public Func<TopologyIdentity, Task>? OnKill { get; set; }

    public Action<TopologyIdentity>? OnRestart { get; set; }

    /// <summary>Happens when containers are about to be added.</summary>
    public Func<Task>? OnAdd { get; set; }

    /// <summary>What is said about added containers.</summary>
    public IReadOnlyList<string> AddWarnings { get; set; } = [];

    /// <summary>How often it was asked how containers are.</summary>
    public int Inspections => _inspections;

    /// <summary>How often it was asked which topologies it has.</summary>
    public int Listings => _listings;

    /// <summary>Happens before it tells which topologies it has.</summary>
    public Func<CancellationToken, Task>? OnList { get; set; }

    /// <summary>Where all containers are said to be.</summary>
    public IReadOnlyList<string> Nodes { get; set; } = ["127.0.0.1"];

    /// <summary>What containers fetch that another server started.</summary>
    public string? PackageUri { get; set; }

    /// <summary>What there is to tell about containers that are there; running since the epoch when null.</summary>
    public Func<TopologyIdentity, int, ContainerStatus>? Status { get; set; }

    /// <summary>Files of containers: <c>ID/CONTAINER/PATH</c>; outputs are the files <c>stdout</c> and <c>stderr</c>.</summary>
    public ConcurrentDictionary<string, string> Contents { get; } = new(StringComparer.Ordinal);

    public IContainerInspector Inspector => this;

    public IContainerFiles Files => this;

    /// <summary>Lets submissions stand still from now on.</summary>
    public HeldSchedule HoldSchedule()
    {
        var held = new HeldSchedule();
        OnSchedule = (_, token) => held.PassAsync(token);
        return held;
    }

    /// <summary>Containers that are there without having been scheduled here. Without a cluster they do not tell where they belong.</summary>
    public void Start(TopologyIdentity topology, IEnumerable<int> containers)
    {
        var entry = _topologies.GetOrAdd(topology.Id, _ => new Entry(topology, null));
        foreach (var id in containers)
        {
            entry.Containers[id] = true;
        }

        Tell(new ContainerChange(topology.Id, null));
    }

    /// <summary>A container that is gone without anybody having asked for it.</summary>
    public void Lose(TopologyIdentity topology, int container)
    {
        _topologies[topology.Id].Containers.TryRemove(container, out _);
        Tell(new ContainerChange(topology.Id, container));
    }

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>What everything that reads what a container has written waits for; nothing at first.</summary>
    public Task FilesGate { get; set; } = Task.CompletedTask;

    /// <summary>How many wait for <see cref="FilesGate"/>.</summary>
    public int FilesWaiting => Volatile.Read(ref _filesWaiting);

    /// <summary>What happens once an output has been opened, and whether it is followed; one that is brings what was added since.</summary>
    public Action<bool>? OutputOpened { get; set; }

    /// <summary>Why it does not answer, when it does not.</summary>
    public string? Problem { get; set; }

    public Task<string?> CheckAsync(CancellationToken cancellationToken) => Task.FromResult(Problem);

    public async Task<ScheduleResult> ScheduleAsync(TopologyDeployment deployment, CancellationToken cancellationToken)
    {
        Note($"schedule {deployment.Identity.Id}");
        var result = OnSchedule is null ? ScheduleResult.Clean : await OnSchedule(deployment, cancellationToken);
        var entry = new Entry(deployment.Identity, deployment);
        if (!_topologies.TryAdd(deployment.Identity.Id, entry))
        {
            throw new HeronException(FaultKind.Conflict, $"containers of {deployment.Identity.Id} run already");
        }

        Start(deployment.Identity, [0, .. deployment.Plan.Containers.Select(c => c.Id)]);
        return result;
    }

    /// <summary>Of which topologies a submission was undone of which nobody knew how far it had come.</summary>
    public ConcurrentQueue<string> Interrupted { get; } = new();

    public Task<int> UndoScheduleAsync(TopologyIdentity topology, CancellationToken cancellationToken)
    {
        Interrupted.Enqueue(topology.Id);
        return KillAsync(topology, cancellationToken);
    }

    public async Task<int> KillAsync(TopologyIdentity topology, CancellationToken cancellationToken)
    {
        Note($"kill {topology.Id}");
        if (OnKill is not null)
        {
            await OnKill(topology);
        }

        // By the whole identity, as every scheduler owes it.
        var ended = _topologies.TryGetValue(topology.Id, out var found) && found.Identity == topology && _topologies.TryRemove(topology.Id, out _)
            ? found.Containers.Count
            : 0;
        Tell(new ContainerChange(topology.Id, null));
        return ended;
    }

    public Task RestartAsync(TopologyIdentity topology, int? containerId, CancellationToken cancellationToken)
    {
        Note($"restart {topology.Id} {containerId?.ToString() ?? "all"}");
        OnRestart?.Invoke(topology);
        var present = ContainersOf(topology);
        return containerId is { } id && !present.Contains(id)
            ? throw new HeronException(FaultKind.NotFound, $"Topology '{topology.Name}' has no container {containerId}")
            : containerId is null && present.Count == 0
                ? throw new HeronException(FaultKind.NotFound, $"topology '{topology.Name}' has no containers")
                : Task.CompletedTask;
    }

    public async Task<ScheduleResult> AddContainersAsync(
        TopologyIdentity topology, IReadOnlyList<int> containerIds, CancellationToken cancellationToken)
    {
        await (OnAdd?.Invoke() ?? Task.CompletedTask);
        Note($"add {string.Join(',', containerIds)}");
        if (!_topologies.ContainsKey(topology.Id))
        {
            throw new HeronException(FaultKind.NotFound, $"no containers of topology {topology.Name} run");
        }

        Start(topology, containerIds);
        return new ScheduleResult(AddWarnings);
    }

    public Task RemoveContainersAsync(
        TopologyIdentity topology, IReadOnlyList<int> containerIds, CancellationToken cancellationToken)
    {
        Note($"remove {string.Join(',', containerIds)}");
        foreach (var id in containerIds)
        {
            _topologies.GetValueOrDefault(topology.Id)?.Containers.TryRemove(id, out _);
        }

        Tell(new ContainerChange(topology.Id, null));
        return Task.CompletedTask;
    }

    public Task<IReadOnlyList<int>> ListContainersAsync(TopologyIdentity topology, CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlyList<int>>(ContainersOf(topology));

    public Task<IReadOnlyList<string>> NodesOfAsync(
        TopologyIdentity topology, int containerId, CancellationToken cancellationToken) =>
        Task.FromResult(Nodes);

    public Task<string?> FindPackageUriAsync(TopologyIdentity topology, CancellationToken cancellationToken) =>
        Task.FromResult(PackageUri);

    public SchedulerLocation LocationOf(TopologyIdentity topology) =>
        new() { TopologyName = topology.Name, HttpEndpoint = "scheduler_as_lib_no_endpoint" };

    /// <summary>What <see cref="Describe"/> gives.</summary>
    public IEnumerable<string> Description { get; set; } = ["{", "}"];

    public IEnumerable<string> Describe(PlannedTopology topology) => Description;

    public Task<IEnumerable<string>> DescribeAddedAsync(
        TopologyIdentity topology, IReadOnlyList<int> containerIds, PackingPlan plan, CancellationToken cancellationToken) =>
        Task.FromResult<IEnumerable<string>>([$"[{string.Join(", ", containerIds)}]"]);

    public async Task<IReadOnlyList<ScheduledTopology>> ListAsync(CancellationToken cancellationToken)
    {
        Interlocked.Increment(ref _listings);
        await (OnList?.Invoke(cancellationToken) ?? Task.CompletedTask);
        Fail("list");
        return
        [
            .. _topologies.Values
                .Where(t => !t.Containers.IsEmpty)
                .Select(t => t.Identity.Cluster.Length > 0
                    ? new ScheduledTopology(
                        t.Identity.Name, t.Identity.Id, t.Identity.Cluster, t.Identity.Role, t.Identity.Environment, ContainersOf(t.Identity))
                    : new ScheduledTopology(t.Identity.Name, t.Identity.Id, null, null, null, ContainersOf(t.Identity)))
                .OrderBy(t => t.Id, StringComparer.Ordinal),
        ];
    }

    public async Task<IReadOnlyList<ScheduledTopology>> FindAsync(
        string cluster, string role, string environment, string name, CancellationToken cancellationToken) =>
        [.. (await ListAsync(cancellationToken)).Where(t => t.MayBe(cluster, role, environment, name))];

    public Task<IReadOnlyList<ContainerStatus>> InspectAsync(
        TopologyIdentity topology, IReadOnlyCollection<int> planned, CancellationToken cancellationToken)
    {
        Interlocked.Increment(ref _inspections);
        Fail("inspect");
        var present = ContainersOf(topology);
        return Task.FromResult<IReadOnlyList<ContainerStatus>>(
        [
            .. present.Union(planned).Order().Select(id =>
                !present.Contains(id) ? new ContainerStatus { Container = id, State = ContainerState.Missing }
                : Status?.Invoke(topology, id) ?? new ContainerStatus
                {
                    Container = id, State = ContainerState.Running, Since = DateTimeOffset.UnixEpoch, Node = "node-a",
                    Addresses = ["127.0.0.1"],
                }),
        ]);
    }

    public IAsyncEnumerable<ContainerChange> WatchAsync(CancellationToken cancellationToken) => _changes.WatchAsync(cancellationToken);

    /// <summary>Tells those who watch.</summary>
    public void Tell(ContainerChange change) => _changes.Tell(change);

    public async Task<IReadOnlyList<ContainerFile>> ListAsync(
        TopologyIdentity topology, int container, string path, CancellationToken cancellationToken)
    {
        await PassGateAsync(cancellationToken);
        Fail("files");
        var folder = $"{topology.Id}/{container}/{(path.Length > 0 ? path + "/" : "")}";
        var names = Contents.Keys.Where(k => k.StartsWith(folder, StringComparison.Ordinal)).Select(k => k[folder.Length..]).ToList();
        if (names.Count == 0 && path.Length > 0)
        {
            throw ContainerPath.NotThere(container, path);
        }

        return
        [
            .. names.GroupBy(n => n.Split('/')[0], StringComparer.Ordinal)
                .OrderBy(g => g.Key, StringComparer.Ordinal)
                .Select(g => g.Any(n => n.Contains('/', StringComparison.Ordinal))
                    ? new ContainerFile(g.Key, true, 0, DateTimeOffset.UnixEpoch, "drwxr-xr-x")
                    : new ContainerFile(g.Key, false, Bytes(folder + g.Key).Length, DateTimeOffset.UnixEpoch, "-rw-r--r--")),
        ];
    }

    public async Task<ContainerContent> OpenAsync(
        TopologyIdentity topology, int container, string path, long offset, long? length, CancellationToken cancellationToken)
    {
        await PassGateAsync(cancellationToken);
        Fail("files");
        return Open(topology, container, path, offset, length);
    }

    /// <summary>As Nomad does: it does not tell the size of an output, and has it where it cannot show files.</summary>
    public async Task<ContainerContent> OpenOutputAsync(
        TopologyIdentity topology, int container, ContainerOutput output, long? tail, bool follow, CancellationToken cancellationToken)
    {
        await PassGateAsync(cancellationToken);
        Fail("output");
        var name = output == ContainerOutput.Out ? "stdout" : "stderr";
        var opened = Open(topology, container, name, -tail ?? 0, null);
        var stream = follow ? new GrowingStream(() => Bytes($"{topology.Id}/{container}/{name}"), (int)opened.Offset) : opened.Stream;
        OutputOpened?.Invoke(follow);
        return new ContainerContent(stream, 0, null);
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private async Task PassGateAsync(CancellationToken cancellationToken)
    {
        Interlocked.Increment(ref _filesWaiting);
        try
        {
            await FilesGate.WaitAsync(cancellationToken);
        }
        finally
        {
            Interlocked.Decrement(ref _filesWaiting);
        }
    }

    private ContainerContent Open(TopologyIdentity topology, int container, string path, long offset, long? length)
    {
        var key = $"{topology.Id}/{container}/{path}";
        if (!Contents.ContainsKey(key))
        {
            throw ContainerPath.NotThere(container, path);
        }

        var bytes = Bytes(key);
        var from = (int)Math.Clamp(offset < 0 ? bytes.Length + offset : offset, 0, bytes.Length);
        var count = (int)Math.Min(length ?? bytes.Length, bytes.Length - from);
        return new ContainerContent(new MemoryStream(bytes, from, count), from, bytes.Length);
    }

    private List<int> ContainersOf(TopologyIdentity topology) =>
        _topologies.TryGetValue(topology.Id, out var entry) ? [.. entry.Containers.Keys.Order()] : [];

    private byte[] Bytes(string key) => Encoding.UTF8.GetBytes(Contents[key]);

    private void Note(string call)
    {
        Calls.Enqueue(call);
        Fail(call.Split(' ')[0]);
    }

    private void Fail(string call)
    {
        if (Failures.TryGetValue(call, out var failure))
        {
            throw failure;
        }
    }

    private sealed record Entry(TopologyIdentity Identity, TopologyDeployment? Deployment)
    {
        public ConcurrentDictionary<int, bool> Containers { get; } = new();
    }

    /// <summary>Ends where nothing more has been written, so that tests come to an end.</summary>
    private sealed class GrowingStream(Func<byte[]> all, int next) : ForwardStream
    {
        private int _next = next;

        public override int Read(Span<byte> buffer)
        {
            var bytes = all();
            var begin = Math.Min(_next, bytes.Length);
            var count = Math.Min(buffer.Length, bytes.Length - begin);
            bytes.AsSpan(begin, count).CopyTo(buffer);
            _next += count;
            return count;
        }

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            ValueTask.FromResult(Read(buffer.Span));
    }
}
