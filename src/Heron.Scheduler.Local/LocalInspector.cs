// SPDX-License-Identifier: Apache-2.0
using System.Collections.Concurrent;
using Heron.Core.Scheduling;
using Heron.Core.Topologies;

namespace Heron.Scheduler.Local;

/// <summary>This machine, as containers and those who call them know it.</summary>
internal static class LocalNode
{
    /// <summary>Its names and addresses for what runs on it.</summary>
    public static IReadOnlyList<string> Addresses { get; } = ["localhost", "127.0.0.1", "::1", Environment.MachineName];
}

/// <summary>Tells of containers what their supervisors know. Those of an earlier server were taken over, so none is missed.</summary>
internal sealed class LocalInspector(
    ConcurrentDictionary<string, RunningTopology> topologies, ContainerChanges changes) : IContainerInspector
{
    /// <inheritdoc/>
    public Task<IReadOnlyList<ScheduledTopology>> ListAsync(CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlyList<ScheduledTopology>>(
        [
            .. topologies.Values
                .Select(running => (running.Spec.Topology, Containers: running.Containers.Keys.Order().ToList()))
                .Where(topology => topology.Containers.Count > 0)
                .Select(topology => new ScheduledTopology(
                    topology.Topology.Name, topology.Topology.Id, topology.Topology.Cluster, topology.Topology.Role,
                    topology.Topology.Environment, topology.Containers))
                .OrderBy(topology => topology.Id, StringComparer.Ordinal),
        ]);

    /// <inheritdoc/>
    public async Task<IReadOnlyList<ScheduledTopology>> FindAsync(
        string cluster, string role, string environment, string name, CancellationToken cancellationToken) =>
        [.. (await ListAsync(cancellationToken)).Where(topology => topology.MayBe(cluster, role, environment, name))];

    /// <inheritdoc/>
    public Task<IReadOnlyList<ContainerStatus>> InspectAsync(
        TopologyIdentity topology, IReadOnlyCollection<int> planned, CancellationToken cancellationToken)
    {
        var present = topologies.GetValueOrDefault(topology.Id) is { } running && running.Spec.Topology == topology
            ? running.Containers.Values.Select(container => container.Status()).ToList()
            : [];
        return Task.FromResult<IReadOnlyList<ContainerStatus>>(
        [
            .. present
                .Concat(planned.Except(present.Select(status => status.Container)).Select(id => new ContainerStatus
                {
                    Container = id, State = ContainerState.Missing, Reason = "nothing on this machine keeps it running",
                }))
                .OrderBy(status => status.Container),
        ]);
    }

    /// <inheritdoc/>
    public IAsyncEnumerable<ContainerChange> WatchAsync(CancellationToken cancellationToken) => changes.WatchAsync(cancellationToken);
}
