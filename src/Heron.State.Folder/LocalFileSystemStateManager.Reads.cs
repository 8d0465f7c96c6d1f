// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using System.Security.Cryptography;
using Heron.Core.Protobuf;
using Heron.Core.State;

namespace Heron.State.Folder;

/// <content>What is there now.</content>
public sealed partial class LocalFileSystemStateManager
{
    /// <inheritdoc/>
    public Task<IReadOnlyList<string>> ListTopologiesAsync(CancellationToken cancellationToken) =>
        DiskAsync<IReadOnlyList<string>>(() =>
        {
            if (!Directory.Exists(_paths.Topologies))
            {
                return [];
            }

            var names = Directory.EnumerateFileSystemEntries(_paths.Topologies)
                .Select(path => Path.GetFileName(path))
                .Where(StatePaths.IsTopologyName)
                .ToList();
            names.Sort(StringComparer.Ordinal);
            return names;
        });

    /// <inheritdoc/>
    public Task<bool> IsTopologyRunningAsync(string topologyName, CancellationToken cancellationToken) =>
        DiskAsync(() => Path.Exists(_paths.Topology(topologyName)));

    /// <inheritdoc/>
    public Task<TopologySnapshot> ReadTopologyAsync(string topologyName, CancellationToken cancellationToken) =>
        DiskAsync(() => ReadTopology(topologyName));

    /// <inheritdoc/>
    public Task<Topology?> GetTopologyAsync(string topologyName, CancellationToken cancellationToken) =>
        DiskAsync(() => Read(Topology.Parser, _paths.Topology(topologyName)));

    /// <inheritdoc/>
    public Task<ExecutionState?> GetExecutionStateAsync(string topologyName, CancellationToken cancellationToken) =>
        DiskAsync(() => Read(ExecutionState.Parser, _paths.ExecutionState(topologyName)));

    /// <inheritdoc/>
    public Task<PackingPlan?> GetPackingPlanAsync(string topologyName, CancellationToken cancellationToken) =>
        DiskAsync(() => Read(PackingPlan.Parser, _paths.PackingPlan(topologyName)));

    /// <inheritdoc/>
    public Task<PhysicalPlan?> GetPhysicalPlanAsync(string topologyName, CancellationToken cancellationToken) =>
        DiskAsync(() => Read(PhysicalPlan.Parser, _paths.PhysicalPlan(topologyName)));

    /// <inheritdoc/>
    public Task<SchedulerLocation?> GetSchedulerLocationAsync(
        string topologyName, CancellationToken cancellationToken) =>
        DiskAsync(() => Read(SchedulerLocation.Parser, _paths.SchedulerLocation(topologyName)));

    /// <inheritdoc/>
    public Task<TManagerLocation?> GetTManagerLocationAsync(
        string topologyName, CancellationToken cancellationToken) =>
        DiskAsync(() => Read(TManagerLocation.Parser, _paths.TManagerLocation(topologyName)));

    /// <inheritdoc/>
    public Task<MetricsCacheLocation?> GetMetricsCacheLocationAsync(
        string topologyName, CancellationToken cancellationToken) =>
        DiskAsync(() => Read(MetricsCacheLocation.Parser, _paths.MetricsCacheLocation(topologyName)));

    /// <inheritdoc/>
    public Task<DaemonRecord?> FindDaemonAsync(string topologyName, PublishingDaemon daemon, CancellationToken cancellationToken) =>
        DiskAsync(() => FindDaemon(topologyName, daemon));

    private DaemonRecord? FindDaemon(string name, PublishingDaemon daemon)
    {
        string path = _paths.Of(daemon, name);
        var written = File.GetLastWriteTimeUtc(path);
        var content = StateFolder.Read(path);
        string bytes = Convert.ToHexString(SHA256.HashData(content.Data ?? []));
        return content == NodeContent.None
            ? null
            : new DaemonRecord(name, daemon, string.Create(CultureInfo.InvariantCulture, $"{written.Ticks:x}/{bytes}")).Read(content);
    }

    private TopologySnapshot ReadTopology(string name) => TopologySnapshot.Nodes.Aggregate(
        new TopologySnapshot(name), (read, node) => read.With(node, StateFolder.Read(_paths.Of(node, name))));
}
