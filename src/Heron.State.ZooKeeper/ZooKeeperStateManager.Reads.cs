// SPDX-License-Identifier: Apache-2.0
using Google.Protobuf;
using Heron.Core.Protobuf;
using Heron.Core.State;
using Heron.ZooKeeper;

namespace Heron.State.ZooKeeper;

/// <content>Reading nodes.</content>
public sealed partial class ZooKeeperStateManager
{
    /// <inheritdoc/>
    public Task<IReadOnlyList<string>> ListTopologiesAsync(CancellationToken cancellationToken) =>
        CallAsync<IReadOnlyList<string>>(async budget =>
        {
            var names = await ChildrenAsync(_paths.Topologies, budget, cancellationToken);
            return [.. names.Where(StatePaths.IsTopologyName).Order(StringComparer.Ordinal)];
        });

    /// <inheritdoc/>
    public async Task<bool> IsTopologyRunningAsync(string topologyName, CancellationToken cancellationToken) =>
        await CallAsync(budget =>
            Client.ExistsAsync(_paths.Topology(topologyName), timeout: budget.Left, cancellationToken: cancellationToken))
            is not null;

    /// <inheritdoc/>
    public Task<TopologySnapshot> ReadTopologyAsync(string topologyName, CancellationToken cancellationToken) =>
        CallAsync(async budget =>
        {
            var read = await Task.WhenAll(TopologySnapshot.Nodes.Select(
                node => NodeReads.ReadAsync(Client, _paths.Of(node, topologyName), null, budget.Left, cancellationToken)));
            var snapshot = new TopologySnapshot(topologyName);
            for (int i = 0; i < read.Length; i++)
            {
                snapshot = snapshot.With(TopologySnapshot.Nodes[i], read[i].Content);
            }

            return snapshot;
        });

    /// <inheritdoc/>
    public Task<Topology?> GetTopologyAsync(string topologyName, CancellationToken cancellationToken) =>
        GetAsync(Topology.Parser, _paths.Topology(topologyName), cancellationToken);

    /// <inheritdoc/>
    public Task<ExecutionState?> GetExecutionStateAsync(string topologyName, CancellationToken cancellationToken) =>
        GetAsync(ExecutionState.Parser, _paths.ExecutionState(topologyName), cancellationToken);

    /// <inheritdoc/>
    public Task<PackingPlan?> GetPackingPlanAsync(string topologyName, CancellationToken cancellationToken) =>
        GetAsync(PackingPlan.Parser, _paths.PackingPlan(topologyName), cancellationToken);

    /// <inheritdoc/>
    public Task<PhysicalPlan?> GetPhysicalPlanAsync(string topologyName, CancellationToken cancellationToken) =>
        GetAsync(PhysicalPlan.Parser, _paths.PhysicalPlan(topologyName), cancellationToken);

    /// <inheritdoc/>
    public Task<SchedulerLocation?> GetSchedulerLocationAsync(
        string topologyName, CancellationToken cancellationToken) =>
        GetAsync(SchedulerLocation.Parser, _paths.SchedulerLocation(topologyName), cancellationToken);

    /// <inheritdoc/>
    public Task<TManagerLocation?> GetTManagerLocationAsync(
        string topologyName, CancellationToken cancellationToken) =>
        GetAsync(TManagerLocation.Parser, _paths.TManagerLocation(topologyName), cancellationToken);

    /// <inheritdoc/>
    public Task<MetricsCacheLocation?> GetMetricsCacheLocationAsync(
        string topologyName, CancellationToken cancellationToken) =>
        GetAsync(MetricsCacheLocation.Parser, _paths.MetricsCacheLocation(topologyName), cancellationToken);

    private Task<T?> GetAsync<T>(MessageParser<T> parser, string path, CancellationToken cancellationToken)
        where T : class, IMessage<T> =>
        CallAsync(async budget =>
        {
            var read = await NodeReads.ReadAsync(Client, path, null, budget.Left, cancellationToken);
            return read.Content.Damage is { } damage
                ? throw new UnreadableStateException(path, damage)
                : StateMessage.Parse(parser, path, read.Content.Data);
        });

    private async Task<IReadOnlyList<string>> ChildrenAsync(
        string path, CallBudget budget, CancellationToken cancellationToken)
    {
        try
        {
            return (await Client.GetChildrenAsync(path, timeout: budget.Left, cancellationToken: cancellationToken)).Names;
        }
        catch (ZooKeeperServerException e) when (e.Code == ErrorCode.NoNode)
        {
            return [];
        }
    }
}
