// SPDX-License-Identifier: Apache-2.0
using System.Collections.Concurrent;
using Heron.Core.Scheduling;
using Heron.Core.Topologies;

namespace Heron.Daemons.Calls;

/// <summary>
/// Knows where containers run by the scheduler's word, and remembers it for a moment: a page asks dozens of things of one
/// topology at once, and each of them needs to know.
/// </summary>
public sealed class ContainerNodes(IScheduler scheduler, TimeProvider time)
{
    private static readonly TimeSpan Memory = TimeSpan.FromSeconds(5);
    private const int MostRemembered = 10_000;

    private readonly ConcurrentDictionary<(string Topology, int Container), Remembered> _known = new();

    /// <summary>Where the daemons of a container may be called.</summary>
    /// <exception cref="Core.HeronException">The scheduler cannot be asked.</exception>
    public async Task<AllowedHosts> OfAsync(TopologyIdentity topology, int container, CancellationToken cancellationToken)
    {
        var key = (topology.Id, container);
        var now = time.GetTimestamp();
        if (_known.TryGetValue(key, out var known) && time.GetElapsedTime(known.At, now) < Memory)
        {
            return known.Hosts;
        }

        var hosts = new AllowedHosts(await scheduler.NodesOfAsync(topology, container, cancellationToken));
        if (_known.Count >= MostRemembered)
        {
            _known.Clear();
        }

        _known[key] = new Remembered(hosts, now);
        return hosts;
    }

    private sealed record Remembered(AllowedHosts Hosts, long At);
}
