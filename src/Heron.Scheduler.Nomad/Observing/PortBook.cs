// SPDX-License-Identifier: Apache-2.0
using System.Collections.Concurrent;
using Heron.Scheduler.Nomad.Client;
using Heron.Scheduler.Nomad.Model;

namespace Heron.Scheduler.Nomad.Observing;

/// <summary>
/// The ports of allocations. A list does not have them and they never change, so each allocation is asked for once; the book is
/// emptied when it is full.
/// </summary>
internal sealed class PortBook(NomadClient client)
{
    private const int Pages = 20_000;

    private readonly ConcurrentDictionary<string, (IReadOnlyDictionary<string, int> Ports, IReadOnlyList<string> Addresses)> _pages =
        new(StringComparer.Ordinal);

    /// <summary>Ports by label, and the addresses they are at; none when Nomad has forgotten the allocation.</summary>
    public async Task<(IReadOnlyDictionary<string, int> Ports, IReadOnlyList<string> Addresses)> OfAsync(
        NomadAllocation allocation, CancellationToken cancellationToken)
    {
        if (_pages.TryGetValue(allocation.ID, out var known))
        {
            return known;
        }

        var given = (await client.AllocationAsync(allocation.ID, cancellationToken))?.AllocatedResources?.Ports.ToList() ?? [];
        var ports = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var port in given)
        {
            ports[port.Label ?? ""] = port.Value;
        }

        if (_pages.Count >= Pages)
        {
            _pages.Clear();
        }

        return _pages[allocation.ID] = (
            ports,
            [.. given.Select(port => port.HostIP ?? "").Where(address => address.Length > 0).Distinct(StringComparer.Ordinal)]);
    }
}
