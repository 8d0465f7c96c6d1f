// SPDX-License-Identifier: Apache-2.0
using Heron.Core;
using Heron.Core.Packages;
using Heron.Core.Scheduling;
using Heron.Core.State;
using Heron.Core.Topologies;

namespace Heron.Operations.Running;

/// <summary>
/// Which packages the running topologies need, by what the state says there is, what the scheduler runs although no state knows it,
/// and what their containers fetch: also those of a Java server beside this one.
/// </summary>
public sealed class PackageHolders(LostTopologyFinder finder, IStateManager state, IScheduler scheduler) : IPackageHolders
{
    private const int MaxReadsAtOnce = 16;

    /// <inheritdoc/>
    public async Task<HeldPackages> ListAsync(CancellationToken cancellationToken)
    {
        // Before the state is listed: what is registered meanwhile is in the list.
        var lost = await finder.FindAsync(cancellationToken);
        var names = await state.ListTopologiesAsync(cancellationToken);
        var ids = new HashSet<string>(StringComparer.Ordinal);
        var unplaced = new HashSet<string>(StringComparer.Ordinal);
        var uris = new Dictionary<string, string>(StringComparer.Ordinal);
        var options = new ParallelOptions { MaxDegreeOfParallelism = MaxReadsAtOnce, CancellationToken = cancellationToken };
        await Parallel.ForEachAsync(names, options, async (name, token) =>
        {
            var found = await ReadAsync(name, token);
            lock (ids)
            {
                // Rarely two: a definition that another program has replaced, and nothing else yet.
                ids.UnionWith(new[] { found?.Id, found?.ExecutionState.Value?.TopologyId }.OfType<string>());
                if (found is { ExecutionState.Value: null, Id: { } id })
                {
                    unplaced.Add(id);
                }
            }

            if (found?.ExecutionState.Value is { } execution)
            {
                await FindUriAsync(
                    new TopologyIdentity(execution.Cluster, execution.Role, execution.Environ, execution.TopologyName, execution.TopologyId), token);
            }
        });

        // Containers whose state was lost, or of which it does not say where they belong, run on, and fetch their package whenever they start again.
        var others = unplaced.Count == 0
            ? []
            : (await scheduler.Inspector.ListOthersAsync(ids.Except(unplaced).ToHashSet(StringComparer.Ordinal), cancellationToken))
                .Where(running => unplaced.Contains(running.Id));
        await Parallel.ForEachAsync(lost.Concat(others), options, async (running, token) =>
        {
            lock (ids)
            {
                ids.Add(running.Id);
            }

            await FindUriAsync(running.Identity("", "", ""), token);
        });
        return new HeldPackages(ids, uris);

        async Task FindUriAsync(TopologyIdentity topology, CancellationToken token)
        {
            if (await scheduler.FindPackageUriAsync(topology, token) is { } uri)
            {
                lock (ids)
                {
                    uris[uri] = topology.Id;
                }
            }
        }
    }

    /// <summary>
    /// What the state has of a topology of the list, always with its id: of one that is half registered, as a Java server that died
    /// leaves it, the definition or the plan has it. Null when it has been killed since.
    /// </summary>
    private async Task<TopologySnapshot?> ReadAsync(string name, CancellationToken cancellationToken)
    {
        var found = await state.ReadTopologyAsync(name, cancellationToken);
        if (!found.IsRegistered)
        {
            return null;
        }

        if (found.Id is not null)
        {
            return found;
        }

        // Its package may be any: as long as nobody can say which topology this is, nothing counts as needed by nobody.
        var damage = found.Damages[0];
        throw new HeronException(
            FaultKind.Unavailable,
            $"the state of topology '{ShownText.Of(name)}' cannot be read, so nobody can say which packages are needed; kill it: "
                + $"{StatePaths.RelativeOf(damage.Node, name)} {damage.Reason}");
    }
}
