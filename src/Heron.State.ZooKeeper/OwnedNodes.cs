// SPDX-License-Identifier: Apache-2.0
using Heron.Core.State;
using Heron.ZooKeeper;

namespace Heron.State.ZooKeeper;

/// <summary>The nodes of one topology that are the server's to remove, as they were at one moment.</summary>
/// <param name="Topology"><c>topologies/NAME</c>, or null.</param>
/// <param name="ExecutionState"><c>executionstate/NAME</c>, or null.</param>
/// <param name="PackingPlan"><c>packingplans/NAME</c>, or null.</param>
/// <param name="Snapshot">What these three hold.</param>
/// <param name="Others">
/// Physical plan and scheduler location, those that exist; before them whatever somebody has put below any of these nodes.
/// </param>
/// <param name="Locks">The update lock's nodes in an order in which they can be deleted.</param>
internal sealed record OwnedNodes(
    NodeStat? Topology,
    NodeStat? ExecutionState,
    NodeStat? PackingPlan,
    TopologySnapshot Snapshot,
    IReadOnlyList<string> Others,
    IReadOnlyList<string> Locks)
{
    /// <summary>Whether there is nothing at all.</summary>
    public bool AreNone => Topology is null && ExecutionState is null && PackingPlan is null && Others.Count == 0 && Locks.Count == 0;

    /// <summary>
    /// The topology id: of the registered topology, else what a registration that was interrupted left. Null when nothing
    /// tells; empty when there is a topology that cannot be read, so that it is taken for nobody's.
    /// </summary>
    public string? OwnerId => Snapshot.Id ?? (Snapshot.IsEmpty ? null : string.Empty);

    /// <summary>Reads them all in two flights, after everything that was written before, by whichever server.</summary>
    public static async Task<OwnedNodes> ReadAsync(
        ZooKeeperClient client, StatePaths paths, string name, CallBudget budget, CancellationToken cancellationToken)
    {
        string @lock = paths.Lock(name, StatePaths.UpdateTopologyLock);
        var caughtUp = client.SyncAsync(paths.Topology(name), budget.Left, cancellationToken);
        var topology = NodeReads.ReadAsync(client, paths.Topology(name), null, budget.Left, cancellationToken);
        var execution = NodeReads.ReadAsync(client, paths.ExecutionState(name), null, budget.Left, cancellationToken);
        var packing = NodeReads.ReadAsync(client, paths.PackingPlan(name), null, budget.Left, cancellationToken);
        var physical = client.ExistsAsync(paths.PhysicalPlan(name), null, budget.Left, cancellationToken);
        var scheduler = client.ExistsAsync(paths.SchedulerLocation(name), null, budget.Left, cancellationToken);
        var locks = LockAsync(client, @lock, budget, cancellationToken);
        await Task.WhenAll(caughtUp, topology, execution, packing, physical, scheduler, locks);

        var others = new List<string>();
        await AddBelowAsync((await topology).Stat, paths.Topology(name));
        await AddBelowAsync((await execution).Stat, paths.ExecutionState(name));
        await AddBelowAsync((await packing).Stat, paths.PackingPlan(name));
        await AddBelowAsync(await physical, paths.PhysicalPlan(name));
        await AddBelowAsync(await scheduler, paths.SchedulerLocation(name));
        if (await physical is not null)
        {
            others.Add(paths.PhysicalPlan(name));
        }

        // One that is ephemeral belongs to a scheduler that runs as a service, and goes with it.
        if (await scheduler is { EphemeralOwner: 0 })
        {
            others.Add(paths.SchedulerLocation(name));
        }

        var snapshot = new TopologySnapshot(name)
            .With(StateNode.Definition, (await topology).Content)
            .With(StateNode.ExecutionState, (await execution).Content)
            .With(StateNode.PackingPlan, (await packing).Content);
        return new OwnedNodes(
            (await topology).Stat, (await execution).Stat, (await packing).Stat, snapshot, others, await locks);

        async Task AddBelowAsync(NodeStat? stat, string path)
        {
            if (stat is { ChildCount: > 0 })
            {
                others.AddRange(await BelowAsync(client, path, budget, cancellationToken));
            }
        }
    }

    /// <summary>What exists of a lock, children first.</summary>
    public static Task<IReadOnlyList<string>> LockAsync(
        ZooKeeperClient client, string @lock, CallBudget budget, CancellationToken cancellationToken) =>
        TreeAsync(client, [@lock, @lock + "/locks", @lock + "/leases"], budget, cancellationToken);

    /// <summary>What exists of some directories and their children, children first.</summary>
    private static async Task<IReadOnlyList<string>> TreeAsync(
        ZooKeeperClient client, string[] directories, CallBudget budget, CancellationToken cancellationToken)
    {
        var children = await Task.WhenAll(directories.Select(async directory =>
        {
            try
            {
                return (await client.GetChildrenAsync(directory, null, budget.Left, cancellationToken)).Names;
            }
            catch (ZooKeeperServerException e) when (e.Code == ErrorCode.NoNode)
            {
                return null;
            }
        }));

        var found = new List<string>();
        for (int i = directories.Length - 1; i >= 0; i--)
        {
            if (children[i] is { } names)
            {
                found.AddRange(names.Select(n => $"{directories[i]}/{n}").Where(n => !directories.Contains(n)));
                found.Add(directories[i]);
            }
        }

        return found;
    }

    /// <summary>Everything below a node, children first.</summary>
    private static async Task<IReadOnlyList<string>> BelowAsync(
        ZooKeeperClient client, string path, CallBudget budget, CancellationToken cancellationToken)
    {
        var found = new List<string>();
        try
        {
            foreach (string child in (await client.GetChildrenAsync(path, null, budget.Left, cancellationToken)).Names)
            {
                found.AddRange(await BelowAsync(client, $"{path}/{child}", budget, cancellationToken));
                found.Add($"{path}/{child}");
            }
        }
        catch (ZooKeeperServerException e) when (e.Code == ErrorCode.NoNode)
        {
            // Gone since it was listed.
        }

        return found;
    }
}
