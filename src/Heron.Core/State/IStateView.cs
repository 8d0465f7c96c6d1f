// SPDX-License-Identifier: Apache-2.0
namespace Heron.Core.State;

/// <summary>
/// The state of all topologies, kept in memory and up to date by what the store tells of changes. Looking costs no read; a change
/// by another server or tool shows within two seconds.
/// </summary>
/// <remarks>For looking. Whoever changes a topology reads the store itself first: a view may be a moment behind.</remarks>
public interface IStateView
{
    /// <summary>What is known now; waits only until everything was read once.</summary>
    /// <exception cref="StateStoreAwayException">The store has not answered since the start, and nothing is known yet.</exception>
    ValueTask<StateViewSnapshot> GetAsync(CancellationToken cancellationToken);

    /// <summary>What is known now, then after every change. A slow reader misses states in between, never the last one.</summary>
    IAsyncEnumerable<StateViewSnapshot> WatchAsync(CancellationToken cancellationToken);

    /// <summary>
    /// Ends when the view shows what had been written about a topology before the call, by whichever program; or, without a fault,
    /// when the store does not answer in time.
    /// </summary>
    /// <param name="topologyName">Which topology.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    Task CatchUpAsync(string topologyName, CancellationToken cancellationToken);
}

/// <summary>All topologies at one moment.</summary>
/// <param name="Version">Grows with every change of <paramref name="Topologies"/>.</param>
/// <param name="Topologies">In ordinal order of their names.</param>
/// <param name="Stale">Since when and why the view may miss changes; null while it follows the store.</param>
public sealed record StateViewSnapshot(long Version, IReadOnlyList<TopologySnapshot> Topologies, Staleness? Stale)
{
    /// <summary>The topology of a name, or null.</summary>
    public TopologySnapshot? Find(string topologyName)
    {
        int low = 0;
        for (int high = Topologies.Count - 1; low <= high;)
        {
            int middle = (low + high) >> 1;
            int order = string.CompareOrdinal(Topologies[middle].Name, topologyName);
            if (order == 0)
            {
                return Topologies[middle];
            }

            (low, high) = order < 0 ? (middle + 1, high) : (low, middle - 1);
        }

        return null;
    }
}

/// <summary>Why a view may miss changes.</summary>
/// <param name="Since">When it was noticed that the store does not answer.</param>
/// <param name="Reason">What keeps it from the store.</param>
public sealed record Staleness(DateTimeOffset Since, string Reason);
