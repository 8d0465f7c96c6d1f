// SPDX-License-Identifier: Apache-2.0
using Heron.Core;
using Heron.Core.Protobuf;
using Heron.Core.Scheduling;
using Heron.Core.Topologies;
using PackingPlan = Heron.Core.Packing.PackingPlan;

namespace Heron.Scheduler.Noting;

/// <summary>
/// A scheduler that runs nothing: it notes what it was asked in a file, a line each, and knows from the file which containers
/// there are. What a contributor's first scheduler may look like; see docs/contributing.md.
/// </summary>
internal sealed class NotingScheduler(string file) : IScheduler, IContainerInspector, IContainerFiles
{
    private readonly Lock _lock = new();
    private readonly ContainerChanges _changes = new();

    public IContainerInspector Inspector => this;

    public IContainerFiles Files => this;

    public Task StartAsync(CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        return Task.CompletedTask;
    }

    public Task<string?> CheckAsync(CancellationToken cancellationToken) => Task.FromResult<string?>(null);

    public Task<ScheduleResult> ScheduleAsync(TopologyDeployment deployment, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (Noted().Any(topology => topology.Key.Id == deployment.Identity.Id && topology.Key != deployment.Identity && topology.Value.Count > 0))
        {
            throw new HeronException(FaultKind.Conflict, $"the id {deployment.Identity.Id} is that of another topology");
        }

        Note("add", deployment.Identity, [0, .. deployment.Plan.Containers.Select(container => container.Id)]);
        return Task.FromResult(ScheduleResult.Clean);
    }

    public Task<int> KillAsync(TopologyIdentity topology, CancellationToken cancellationToken)
    {
        var containers = ContainersOf(topology);
        Note("remove", topology, containers);
        return Task.FromResult(containers.Count);
    }

    public Task RestartAsync(TopologyIdentity topology, int? containerId, CancellationToken cancellationToken)
    {
        var containers = ContainersOf(topology);
        if (containers.Count == 0 || (containerId is { } id && !containers.Contains(id)))
        {
            throw new HeronException(FaultKind.NotFound, $"topology {topology.Name} has no such container");
        }

        Note("restart", topology, containerId is { } one ? [one] : containers);
        return Task.CompletedTask;
    }

    public Task<ScheduleResult> AddContainersAsync(
        TopologyIdentity topology, IReadOnlyList<int> containerIds, CancellationToken cancellationToken)
    {
        if (ContainersOf(topology).Count == 0)
        {
            throw new HeronException(FaultKind.NotFound, $"topology {topology.Name} has no containers");
        }

        Note("add", topology, containerIds);
        return Task.FromResult(ScheduleResult.Clean);
    }

    public Task RemoveContainersAsync(
        TopologyIdentity topology, IReadOnlyList<int> containerIds, CancellationToken cancellationToken)
    {
        Note("remove", topology, containerIds);
        return Task.CompletedTask;
    }

    public Task<IReadOnlyList<int>> ListContainersAsync(TopologyIdentity topology, CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlyList<int>>(ContainersOf(topology));

    public Task<IReadOnlyList<string>> NodesOfAsync(
        TopologyIdentity topology, int containerId, CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlyList<string>>(ContainersOf(topology).Contains(containerId) ? ["nowhere"] : []);

    public SchedulerLocation LocationOf(TopologyIdentity topology) => new() { TopologyName = topology.Name, HttpEndpoint = "none" };

    public IEnumerable<string> Describe(PlannedTopology topology) =>
        [$"would note {topology.Plan.Containers.Count + 1} containers of {topology.Identity.Name}"];

    public Task<IEnumerable<string>> DescribeAddedAsync(
        TopologyIdentity topology, IReadOnlyList<int> containerIds, PackingPlan plan, CancellationToken cancellationToken) =>
        Task.FromResult<IEnumerable<string>>([$"would note {containerIds.Count} more containers of {topology.Name}"]);

    public Task<IReadOnlyList<ScheduledTopology>> ListAsync(CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlyList<ScheduledTopology>>(
        [
            .. Noted().Where(topology => topology.Value.Count > 0).Select(topology => new ScheduledTopology(
                topology.Key.Name, topology.Key.Id, topology.Key.Cluster, topology.Key.Role, topology.Key.Environment, [.. topology.Value])),
        ]);

    public async Task<IReadOnlyList<ScheduledTopology>> FindAsync(
        string cluster, string role, string environment, string name, CancellationToken cancellationToken) =>
        [.. (await ListAsync(cancellationToken)).Where(topology => topology.MayBe(cluster, role, environment, name))];

    public Task<IReadOnlyList<ContainerStatus>> InspectAsync(
        TopologyIdentity topology, IReadOnlyCollection<int> planned, CancellationToken cancellationToken)
    {
        var present = ContainersOf(topology);
        return Task.FromResult<IReadOnlyList<ContainerStatus>>(
        [
            .. present.Union(planned).Order().Select(id => new ContainerStatus
            {
                Container = id,
                State = present.Contains(id) ? ContainerState.Running : ContainerState.Missing,
                Node = "nowhere",
            }),
        ]);
    }

    public IAsyncEnumerable<ContainerChange> WatchAsync(CancellationToken cancellationToken) => _changes.WatchAsync(cancellationToken);

    public Task<IReadOnlyList<ContainerFile>> ListAsync(
        TopologyIdentity topology, int container, string path, CancellationToken cancellationToken) => throw NoFiles();

    public Task<ContainerContent> OpenAsync(
        TopologyIdentity topology, int container, string path, long offset, long? length, CancellationToken cancellationToken) =>
        throw NoFiles();

    public Task<ContainerContent> OpenOutputAsync(
        TopologyIdentity topology, int container, ContainerOutput output, long? tail, bool follow, CancellationToken cancellationToken) =>
        throw NoFiles();

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private static HeronException NoFiles() => new(FaultKind.NotFound, "containers that are only noted have no files");

    private void Note(string word, TopologyIdentity topology, IReadOnlyList<int> containers)
    {
        lock (_lock)
        {
            File.AppendAllText(
                file,
                string.Join('\t', word, topology.Cluster, topology.Role, topology.Environment, topology.Name, topology.Id, string.Join(',', containers)) + "\n");
        }

        _changes.Tell(new ContainerChange(topology.Id, null));
    }

    private List<int> ContainersOf(TopologyIdentity topology) => [.. Noted().GetValueOrDefault(topology, [])];

    private Dictionary<TopologyIdentity, SortedSet<int>> Noted()
    {
        var noted = new Dictionary<TopologyIdentity, SortedSet<int>>();
        lock (_lock)
        {
            foreach (var words in (File.Exists(file) ? File.ReadAllLines(file) : []).Select(line => line.Split('\t')))
            {
                var topology = new TopologyIdentity(words[1], words[2], words[3], words[4], words[5]);
                var containers = noted.TryGetValue(topology, out var known) ? known : noted[topology] = [];
                foreach (var id in words[6].Split(',', StringSplitOptions.RemoveEmptyEntries).Select(int.Parse))
                {
                    _ = words[0] == "remove" ? containers.Remove(id) : containers.Add(id);
                }
            }
        }

        return noted;
    }
}
