// SPDX-License-Identifier: Apache-2.0
using Heron.Core.Topologies;
using Heron.Scheduler.Nomad.Jobs;

namespace Heron.Scheduler.Nomad;

/// <summary>Where containers are.</summary>
internal sealed partial class NomadScheduler
{
    /// <inheritdoc/>
    public async Task<IReadOnlyList<string>> NodesOfAsync(
        TopologyIdentity topology, int containerId, CancellationToken cancellationToken)
    {
        var job = JobNames.Of(topology.Id, containerId);
        if (await _client.OwnerAsync(job, cancellationToken) is not { Meta: { } meta } || !TopologyJobs.Owns(topology, meta))
        {
            return [];
        }

        var names = new List<string>();
        foreach (var allocation in await _client.AllocationsAsync(job, cancellationToken))
        {
            if (allocation.ClientStatus is not ("running" or "pending"))
            {
                continue;
            }

            // A token that may not read nodes still sees their names here.
            names.AddRange([allocation.NodeName, .. (await _client.NodeAsync(allocation.NodeID, cancellationToken))?.Addresses ?? []]);
        }

        return [.. names.Where(n => n.Length > 0).Distinct(StringComparer.OrdinalIgnoreCase)];
    }
}
