using System.Collections.Concurrent;
using Heron.Core;
using Heron.Core.Protobuf;
using Heron.Core.Scheduling;
using Heron.Core.Topologies;

namespace Heron.ApiServer.Tests.Lifecycle.World;

/// <summary>A scheduler that only keeps lists of containers, and fails when it is told to.</summary>
internal sealed class ListedScheduler : IScheduler
{
    private readonly ConcurrentDictionary<int, bool> _containers = new();

    /// <summary>Thrown by the next calls of the named methods.</summary>
    public ConcurrentDictionary<string, Exception> Failures { get; } = new();

    /// <summary>Happens when containers are about to be added.</summary>
    public Func<Task>? OnAdd { get; set; }

    /// <summary>What was asked for, in order.</summary>
    public ConcurrentQueue<string> Calls { get; } = new();

    /// <summary>Containers without container 0, sorted.</summary>
    public IReadOnlyList<int> Containers => [.. _containers.Keys.Order()];

    public void Start(IEnumerable<int> containers)
    {
        foreach (var id in containers)
        {
            _containers[id] = true;
        }
    }

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task<string?> CheckAsync(CancellationToken cancellationToken) => Task.FromResult<string?>(null);

    public Task<ScheduleResult> ScheduleAsync(TopologyDeployment deployment, CancellationToken cancellationToken)
    {
        Start(deployment.Plan.Containers.Select(c => c.Id));
        return Task.FromResult(ScheduleResult.Clean);
    }

    public Task<int> KillAsync(TopologyIdentity topology, CancellationToken cancellationToken)
    {
        _containers.Clear();
        return Task.FromResult(0);
    }

    public Task RestartAsync(TopologyIdentity topology, int? containerId, CancellationToken cancellationToken) =>
        Task.CompletedTask;

    public async Task<ScheduleResult> AddContainersAsync(
        TopologyIdentity topology, IReadOnlyList<int> containerIds, CancellationToken cancellationToken)
    {
        await (OnAdd?.Invoke() ?? Task.CompletedTask);
        Note("add", containerIds);
        Start(containerIds);
        return new ScheduleResult(["container 3 waits for memory"]);
    }

    public Task RemoveContainersAsync(
        TopologyIdentity topology, IReadOnlyList<int> containerIds, CancellationToken cancellationToken)
    {
        Note("remove", containerIds);
        foreach (var id in containerIds)
        {
            _containers.TryRemove(id, out _);
        }

        return Task.CompletedTask;
    }

    public Task<IReadOnlyList<int>> ListContainersAsync(TopologyIdentity topology, CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlyList<int>>([0, .. Containers]);

    public Task<IReadOnlyList<string>> NodesOfAsync(
        TopologyIdentity topology, int containerId, CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlyList<string>>(["127.0.0.1"]);

    public SchedulerLocation LocationOf(TopologyIdentity topology) =>
        new() { TopologyName = topology.Name, HttpEndpoint = "none" };

    public string Describe(PlannedTopology deployment) => "{}";

    public Task<string> DescribeAddedAsync(
        TopologyIdentity topology,
        IReadOnlyList<int> containerIds,
        Heron.Core.Packing.PackingPlan plan,
        CancellationToken cancellationToken) => Task.FromResult($"[{string.Join(", ", containerIds)}]");

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private void Note(string call, IReadOnlyList<int> ids)
    {
        Calls.Enqueue($"{call} {string.Join(',', ids)}");
        if (Failures.TryGetValue(call, out var failure))
        {
            throw failure;
        }
    }

    /// <summary>A failure as a real scheduler has it.</summary>
    public static HeronException Refusal { get; } = new(FaultKind.BadGateway, "Nomad said no");
}
