using System.Collections.Concurrent;
using Heron.Core;
using Heron.Core.Protobuf;
using Heron.Core.Scheduling;
using Heron.Core.Topologies;

namespace Heron.ApiServer.Tests.Support;

/// <summary>Keeps containers in memory, and fails or waits where a test says so.</summary>
internal sealed class RecordingScheduler : IScheduler
{
    public ConcurrentDictionary<string, TopologyDeployment> Running { get; } = new();

    public ConcurrentQueue<string> Calls { get; } = new();

    public Func<TopologyDeployment, CancellationToken, Task<ScheduleResult>>? OnSchedule { get; set; }

    public Func<TopologyIdentity, Task>? OnKill { get; set; }

    public Action<TopologyIdentity>? OnRestart { get; set; }

    /// <summary>What containers fetch that another server started.</summary>
    public string? PackageUri { get; set; }

    public Task<string?> FindPackageUriAsync(TopologyIdentity topology, CancellationToken cancellationToken) => Task.FromResult(PackageUri);

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>Why it does not answer, when it does not.</summary>
    public string? Problem { get; set; }

    public Task<string?> CheckAsync(CancellationToken cancellationToken) => Task.FromResult(Problem);

    public async Task<ScheduleResult> ScheduleAsync(TopologyDeployment deployment, CancellationToken cancellationToken)
    {
        Calls.Enqueue($"schedule {deployment.Identity.Id}");
        var result = OnSchedule is null ? ScheduleResult.Clean : await OnSchedule(deployment, cancellationToken);
        Running[deployment.Identity.Id] = deployment;
        return result;
    }

    public async Task<int> KillAsync(TopologyIdentity topology, CancellationToken cancellationToken)
    {
        Calls.Enqueue($"kill {topology.Id}");
        if (OnKill is not null)
        {
            await OnKill(topology);
        }

        return Running.TryRemove(topology.Id, out var found) ? found.Plan.Containers.Count + 1 : 0;
    }

    public Task RestartAsync(TopologyIdentity topology, int? containerId, CancellationToken cancellationToken)
    {
        Calls.Enqueue($"restart {topology.Id} {containerId?.ToString() ?? "all"}");
        OnRestart?.Invoke(topology);
        return containerId > 2
            ? throw new HeronException(FaultKind.NotFound, $"Topology '{topology.Name}' has no container {containerId}")
            : Task.CompletedTask;
    }

    public Task<ScheduleResult> AddContainersAsync(
        TopologyIdentity topology, IReadOnlyList<int> containerIds, CancellationToken cancellationToken) =>
        Task.FromResult(ScheduleResult.Clean);

    public Task RemoveContainersAsync(
        TopologyIdentity topology, IReadOnlyList<int> containerIds, CancellationToken cancellationToken) => Task.CompletedTask;

    public Task<IReadOnlyList<int>> ListContainersAsync(TopologyIdentity topology, CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlyList<int>>([0, 1, 2]);

    public Task<IReadOnlyList<string>> NodesOfAsync(
        TopologyIdentity topology, int containerId, CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlyList<string>>(["127.0.0.1"]);

    public SchedulerLocation LocationOf(TopologyIdentity topology) =>
        new() { TopologyName = topology.Name, HttpEndpoint = "scheduler_as_lib_no_endpoint" };

    public string Describe(PlannedTopology deployment) => "{}";

    public Task<string> DescribeAddedAsync(
        TopologyIdentity topology,
        IReadOnlyList<int> containerIds,
        Heron.Core.Packing.PackingPlan plan,
        CancellationToken cancellationToken) => Task.FromResult($"[{string.Join(", ", containerIds)}]");

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
