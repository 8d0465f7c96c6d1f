// SPDX-License-Identifier: Apache-2.0
using System.Collections.Concurrent;
using Heron.Core;
using Heron.Core.Scheduling;
using Heron.Core.State;
using Heron.Core.Topologies;
using Microsoft.Extensions.Logging;

namespace Heron.Operations.Running;

/// <summary>
/// The topologies whose submission this server has taken back, of which a container may yet appear: a scheduler under load carries a
/// request out long after it was given up. Whatever carries the whole identity of one of them is provably this server's own, and
/// nobody's any more.
/// </summary>
public sealed partial class TakenBack(IScheduler scheduler, IStateManager state, TimeProvider time, ILogger<TakenBack> logger)
{
    /// <summary>How long a late container is expected.</summary>
    public static readonly TimeSpan Lifetime = TimeSpan.FromHours(24);

    private const int Most = 10_000;

    private readonly ConcurrentDictionary<TopologyIdentity, DateTimeOffset> _until = new();

    /// <summary>Whether nothing is expected.</summary>
    public bool IsEmpty => _until.IsEmpty;

    /// <summary>Notes that a submission was taken back whose containers were begun.</summary>
    public void Add(TopologyIdentity topology)
    {
        var now = time.GetUtcNow();
        foreach (var entry in _until.Where(entry => entry.Value <= now))
        {
            _until.TryRemove(entry);
        }

        // Containers of this machine are never late: their supervisors know them all.
        if (!scheduler.RunsHere && _until.Count < Most)
        {
            _until[topology] = now + Lifetime;
        }
    }

    /// <summary>The very same submission was sent again.</summary>
    public void Remove(TopologyIdentity topology) => _until.TryRemove(topology, out _);

    /// <summary>Whether a container of this topology is one that came late.</summary>
    public bool Contains(TopologyIdentity topology) => _until.TryGetValue(topology, out var until) && until > time.GetUtcNow();

    /// <summary>Ends what has come late under a name that somebody wants to use now. The caller holds the topology.</summary>
    public async Task LookAsync(string topologyName, CancellationToken cancellationToken)
    {
        foreach (var topology in _until.Keys.Where(t => t.Name == topologyName))
        {
            try
            {
                await EndAsync(topology, cancellationToken);
            }
            catch (HeronException e)
            {
                // Who wants to use the name is told by the scheduler itself, and the patrol comes by.
                Log.NotNow(logger, topology.Name, topology.Id, e.Message);
            }
        }
    }

    /// <summary>Ends the containers of a topology that was taken back, unless it is registered after all. The caller holds the topology.</summary>
    /// <returns>How many there were.</returns>
    public async Task<int> EndAsync(TopologyIdentity topology, CancellationToken cancellationToken)
    {
        if (!Contains(topology) || (await state.ReadTopologyAsync(topology.Name, cancellationToken)).Id == topology.Id)
        {
            return 0;
        }

        var ended = await scheduler.KillAsync(topology, cancellationToken);
        if (ended > 0)
        {
            Log.Ended(logger, topology.Name, ended, topology.Id);
        }

        return ended;
    }

    private static partial class Log
    {
        [LoggerMessage(
            Level = LogLevel.Warning,
            Message = "topology {Topology}: ended {Count} containers of {Id} that came after their submission had been taken back")]
        public static partial void Ended(ILogger logger, string topology, int count, string id);

        [LoggerMessage(Level = LogLevel.Debug, Message = "topology {Topology}: whether containers of {Id} came late is not known: {Reason}")]
        public static partial void NotNow(ILogger logger, string topology, string id, string reason);
    }
}
