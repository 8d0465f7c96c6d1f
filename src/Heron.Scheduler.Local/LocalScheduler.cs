// SPDX-License-Identifier: Apache-2.0
using System.Collections.Concurrent;
using System.Text.Json;
using Heron.Core;
using Heron.Core.Protobuf;
using Heron.Core.Scheduling;
using Heron.Core.Storage;
using Heron.Core.Topologies;
using Microsoft.Extensions.Logging;

namespace Heron.Scheduler.Local;

/// <summary>
/// Runs containers as child processes of this machine. They outlive the server: each is written down beside its working
/// folder, and the next server takes it over. Nothing of a killed topology is ever started again.
/// </summary>
internal sealed partial class LocalScheduler : IScheduler
{
    private const string NoEndpoint = "scheduler_as_lib_no_endpoint";

    /// <summary>A server that is being replaced may take this long to let go.</summary>
    private static readonly TimeSpan LockLimit = TimeSpan.FromSeconds(15);

    /// <summary>How many containers are started or ended at once.</summary>
    private static readonly int AtOnce = Math.Max(4, Environment.ProcessorCount * 2);

    private static readonly TimeSpan BetweenSweeps = TimeSpan.FromHours(1);

    private static readonly string[] Tools = ["setsid", "flock"];

    private readonly LocalSchedulerSettings _settings;
    private readonly string _state;
    private readonly ILogger<LocalScheduler> _logger;
    private readonly TimeProvider _time;
    private readonly Cleaner _cleaner;
    private readonly ContainerChanges _changes = new();
#pragma warning disable CA2213 // Without a timer or links it holds nothing, and ending twice must not throw.
    private readonly CancellationTokenSource _ending = new();
#pragma warning restore CA2213
    private readonly ContainerLauncher _launcher = new(new FreePorts());
    private readonly ConcurrentDictionary<string, RunningTopology> _topologies = new(StringComparer.Ordinal);
    private readonly Turns _turns = new();
    private readonly Lock _reserving = new();
    private FileStream? _lock;
    private Task _sweeping = Task.CompletedTask;

    /// <summary>Makes a scheduler; nothing happens before <see cref="StartAsync"/>.</summary>
    /// <param name="settings">What the server's configuration says.</param>
    /// <param name="logger">Where starts and ends of containers are told.</param>
    /// <param name="time">The clock.</param>
    public LocalScheduler(LocalSchedulerSettings settings, ILogger<LocalScheduler> logger, TimeProvider time)
    {
        _settings = settings;
        _state = settings.State;
        _logger = logger;
        _time = time;
        _cleaner = new Cleaner(_state, settings, logger);
        Inspector = new LocalInspector(_topologies, _changes);
        Files = new LocalFiles(_topologies, time);
    }

    /// <inheritdoc/>
    public bool RunsHere => true;

    /// <inheritdoc/>
    public IContainerInspector Inspector { get; }

    /// <inheritdoc/>
    public IContainerFiles Files { get; }

    /// <inheritdoc/>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        // Package addresses and commands in there may hold what is nobody else's business.
        NamedFolder.Make(
            _state,
            $"the scheduler ({LocalSchedulerSettings.StateDirectoryKey}, else the beginning of {LocalSchedulerSettings.WorkingDirectoryKey})",
            UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        _lock = await LockAsync(cancellationToken);
        _cleaner.Prepare();
        foreach (var path in Directory.EnumerateDirectories(_state).Order(StringComparer.Ordinal))
        {
            try
            {
                await TakeOverAsync(new TopologyFolder(path), Path.GetFileName(path), cancellationToken);
            }
            catch (Exception fault) when (IsOfThisMachine(fault))
            {
                // One process that does not end, or one unreadable folder, must not keep the server from starting.
                LogNotTakenOver(path, fault.Message);
            }
        }

        // Not here: until its program runs, nothing else would.
        _sweeping = Task.Run(() => SweepAsync(_ending.Token), CancellationToken.None);
    }

    /// <inheritdoc/>
    public Task<string?> CheckAsync(CancellationToken cancellationToken)
    {
        if (!Directory.Exists(_state))
        {
            return Task.FromResult<string?>($"the folder {_state} is missing");
        }

        var path = (Environment.GetEnvironmentVariable("PATH") ?? string.Empty).Split(':');
        var missing = Tools.FirstOrDefault(tool => !path.Any(p => File.Exists(Path.Join(p, tool))));
        return Task.FromResult(missing is null ? null : $"the program {missing}, of the package util-linux, is not on the PATH");
    }

    /// <inheritdoc/>
    public void Check(PlannedTopology topology) => _ = TopologySpecs.Of(topology, _settings.Keeping);

    /// <inheritdoc/>
    public async Task<ScheduleResult> ScheduleAsync(TopologyDeployment deployment, CancellationToken cancellationToken)
    {
        SafeNames.CheckTopologyId(deployment.Identity.Id);
        var spec = TopologySpecs.Of(deployment, _settings.Keeping);
        using var turn = await _turns.TakeAsync(deployment.Identity.Id, cancellationToken);
        if (IsAnothers(deployment.Identity))
        {
            throw new HeronException(
                FaultKind.Conflict, $"the topology id {deployment.Identity.Id} is that of another topology whose containers run; submit under another id");
        }

        var topology = Reserve(spec, FolderOf(deployment.Identity));
        try
        {
            await EndEverythingAsync(topology.Folder, spec.Topology.Id, null, cancellationToken);
            topology.Folder.Create(spec);
            await AddAsync(topology, ContainersOf(deployment), cancellationToken);
            return ScheduleResult.Clean;
        }
        catch (Exception fault)
        {
            throw await AfterUndoingAsync(fault, async () =>
            {
                await EndEverythingAsync(topology.Folder, spec.Topology.Id, topology, CancellationToken.None);
                _topologies.TryRemove(spec.Topology.Id, out _);
            });
        }
    }

    /// <inheritdoc/>
    public async Task<int> KillAsync(TopologyIdentity topology, CancellationToken cancellationToken)
    {
        SafeNames.CheckTopologyId(topology.Id);
        using var turn = await _turns.TakeAsync(topology.Id, cancellationToken);
        if (IsAnothers(topology))
        {
            LogNotTouched(topology.Name, topology.Id);
            return 0;
        }

        try
        {
            var ended = await EndEverythingAsync(
                FolderOf(topology), topology.Id, _topologies.GetValueOrDefault(topology.Id), cancellationToken);
            _topologies.TryRemove(topology.Id, out _);
            return ended;
        }
        catch (Exception fault) when (IsOfThisMachine(fault))
        {
            throw AsHeron(fault);
        }
    }

    /// <inheritdoc/>
    public async Task RestartAsync(TopologyIdentity topology, int? containerId, CancellationToken cancellationToken)
    {
        using var turn = await _turns.TakeAsync(topology.Id, cancellationToken);
        var running = Find(topology);
        var containers = containerId is { } id
            ? running.Containers.TryGetValue(id, out var one)
                ? [one]
                : throw new HeronException(FaultKind.NotFound, $"Container {id} does not exist for topology {topology.Name}")
            : running.Containers.Values.ToList();
        await EachAsync(containers, (container, token) => container.RestartAsync(token), cancellationToken);
    }

    /// <inheritdoc/>
    public async Task<ScheduleResult> AddContainersAsync(
        TopologyIdentity topology, IReadOnlyList<int> containerIds, CancellationToken cancellationToken)
    {
        using var turn = await _turns.TakeAsync(topology.Id, cancellationToken);
        var running = Find(topology);
        var added = containerIds.Where(id => !running.Containers.ContainsKey(id)).ToList();
        try
        {
            await AddAsync(running, added, cancellationToken);
            return ScheduleResult.Clean;
        }
        catch (Exception fault)
        {
            throw await AfterUndoingAsync(fault, () => RemoveAsync(running, added, CancellationToken.None));
        }
    }

    /// <inheritdoc/>
    public async Task RemoveContainersAsync(
        TopologyIdentity topology, IReadOnlyList<int> containerIds, CancellationToken cancellationToken)
    {
        using var turn = await _turns.TakeAsync(topology.Id, cancellationToken);
        if (!_topologies.TryGetValue(topology.Id, out var running) || running.Spec.Topology != topology)
        {
            return;
        }

        try
        {
            await RemoveAsync(running, containerIds, cancellationToken);
        }
        catch (Exception fault) when (IsOfThisMachine(fault))
        {
            throw AsHeron(fault);
        }
    }

    /// <inheritdoc/>
    public Task<IReadOnlyList<int>> ListContainersAsync(TopologyIdentity topology, CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlyList<int>>(
            _topologies.TryGetValue(topology.Id, out var running) && running.Spec.Topology == topology ? [.. running.Containers.Keys.Order()] : []);

    /// <inheritdoc/>
    public Task<IReadOnlyList<string>> NodesOfAsync(
        TopologyIdentity topology, int containerId, CancellationToken cancellationToken) =>
        Task.FromResult(LocalNode.Addresses);

    /// <inheritdoc/>
    public SchedulerLocation LocationOf(TopologyIdentity topology) =>
        new() { TopologyName = topology.Name, HttpEndpoint = NoEndpoint };

    /// <inheritdoc/>
    public IEnumerable<string> Describe(PlannedTopology topology) =>
        [Describe(TopologySpecs.Of(topology, _settings.Keeping), ContainersOf(topology))];

    /// <inheritdoc/>
    public Task<IEnumerable<string>> DescribeAddedAsync(
        TopologyIdentity topology, IReadOnlyList<int> containerIds, Core.Packing.PackingPlan plan, CancellationToken cancellationToken) =>
        Task.FromResult<IEnumerable<string>>([Describe(Find(topology).Spec, containerIds)]);

    private static string Describe(TopologySpec spec, IEnumerable<int> containers) =>
        JsonSerializer.Serialize(
            new LocalPlan(
                "local", spec.Topology.Name, spec.WorkingDirectory, containers, spec.PortLabels, spec.Variables, spec.ExecutorCommand),
            LocalJson.Readable.LocalPlan);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _ending.CancelAsync();
        await _sweeping;
        foreach (var container in _topologies.Values.SelectMany(t => t.Containers.Values))
        {
            await container.DisposeAsync();
        }

        _topologies.Clear();
        if (_lock is not null)
        {
            await _lock.DisposeAsync();
            _lock = null;
        }
    }

    /// <summary>Container 0, the topology manager's, and those of the plan.</summary>
    private static List<int> ContainersOf(PlannedTopology topology) =>
        [0, .. topology.Plan.Containers.Select(c => c.Id).Order()];

    private static Task EachAsync<T>(
        IEnumerable<T> items, Func<T, CancellationToken, Task> action, CancellationToken cancellationToken) => Parallel.ForEachAsync(
            items,
            new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = cancellationToken },
            async (item, token) => await action(item, token));

    /// <summary>Takes the id and the working directory of a topology, or says who has them.</summary>
    private RunningTopology Reserve(TopologySpec spec, TopologyFolder folder)
    {
        lock (_reserving)
        {
            if (_topologies.ContainsKey(spec.Topology.Id))
            {
                throw new HeronException(FaultKind.Conflict, $"containers of {spec.Topology.Id} run already");
            }

            if (_topologies.Values.FirstOrDefault(t => t.Spec.WorkingDirectory == spec.WorkingDirectory) is { } other)
            {
                throw new HeronException(
                    FaultKind.Conflict,
                    $"the working directory {spec.WorkingDirectory} is in use by {other.Spec.Topology.Name}; "
                    + $"let {LocalSchedulerSettings.WorkingDirectoryKey} contain ${{TOPOLOGY_ID}}");
            }

            return _topologies[spec.Topology.Id] = new RunningTopology(spec, folder);
        }
    }

    private TopologyFolder FolderOf(TopologyIdentity topology) => new(Path.Join(_state, topology.Id));

    /// <summary>
    /// Whether what is kept under a topology's id is, by its own record, another topology's. The id alone proves nothing: it comes
    /// from whoever submits. Of what has no readable record nothing but the id tells whose it is.
    /// </summary>
    private bool IsAnothers(TopologyIdentity topology) =>
        (_topologies.GetValueOrDefault(topology.Id)?.Spec ?? FolderOf(topology).ReadSpec())?.Topology is { } owner && owner != topology;

    [LoggerMessage(LogLevel.Warning, "{Topology}: what runs here under the id {TopologyId} is another topology's and is not touched")]
    private partial void LogNotTouched(string topology, string topologyId);

    private RunningTopology Find(TopologyIdentity topology) => _topologies.TryGetValue(topology.Id, out var running) && running.Spec.Topology == topology
        ? running
        : throw new HeronException(FaultKind.NotFound, $"no containers of topology {topology.Name} ({topology.Id}) run on this machine");
}
