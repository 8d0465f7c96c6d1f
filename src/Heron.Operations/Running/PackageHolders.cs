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
        var uris = new Dictionary<string, string>(StringComparer.Ordinal);
        var options = new ParallelOptions { MaxDegreeOfParallelism = MaxReadsAtOnce, CancellationToken = cancellationToken };
        await Parallel.ForEachAsync(names, options, async (name, token) =>
        {
            if (await FindAsync(name, token) is not { } topology)
            {
                // Half registered, as a Java server that died leaves it: the definition has the id.
                var definition = await state.GetTopologyAsync(name, token);
                lock (ids)
                {
                    ids.Add(definition?.Id ?? name);
                }

                return;
            }

            var uri = await scheduler.FindPackageUriAsync(topology, token);
            lock (ids)
            {
                ids.Add(topology.Id);
                if (uri is not null)
                {
                    uris[uri] = topology.Id;
                }
            }
        });

        // Containers whose state was lost run on, and fetch their package whenever they start again.
        await Parallel.ForEachAsync(lost, options, async (running, token) =>
        {
            var uri = await scheduler.FindPackageUriAsync(running.Identity("", "", ""), token);
            lock (ids)
            {
                ids.Add(running.Id);
                if (uri is not null)
                {
                    uris[uri] = running.Id;
                }
            }
        });
        return new HeldPackages(ids, uris);
    }

    private async Task<TopologyIdentity?> FindAsync(string name, CancellationToken cancellationToken)
    {
        try
        {
            return await state.GetExecutionStateAsync(name, cancellationToken) is { } execution
                ? new TopologyIdentity(execution.Cluster, execution.Role, execution.Environ, execution.TopologyName, execution.TopologyId)
                : null;
        }
        catch (UnreadableStateException fault)
        {
            // Its package may be any: as long as one topology cannot be read, nothing counts as needed by nobody.
            throw new HeronException(
                FaultKind.Unavailable,
                $"the state of topology '{ShownText.Of(name)}' cannot be read, so nobody can say which packages are needed; kill it: {fault.Message}",
                fault);
        }
    }
}
