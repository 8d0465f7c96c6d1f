// SPDX-License-Identifier: Apache-2.0
using Heron.Core.State;
using Heron.Operations.Journal;

namespace Heron.Operations.Update;

/// <summary>The lock that an update holds in the state manager, beside the topology in this server.</summary>
internal static class UpdateLock
{
    /// <summary>
    /// Takes it. Whoever died in the middle of an update that is in our journal does not hold us up: its lock is released first.
    /// The caller holds the topology in this server.
    /// </summary>
    /// <param name="state">Where the lock is.</param>
    /// <param name="topologyName">Whose.</param>
    /// <param name="unfinished">The topology's updates that nobody works on.</param>
    /// <param name="wait">How long another program may hold it.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The lock, or null when another program held it all the time.</returns>
    public static async Task<IStateLock?> TryLockForUpdateAsync(
        this IStateManager state,
        string topologyName,
        IEnumerable<UpdateIntent> unfinished,
        TimeSpan wait,
        CancellationToken cancellationToken)
    {
        foreach (var owner in unfinished.Select(u => u.LockOwner).OfType<string>().Distinct(StringComparer.Ordinal))
        {
            await state.ReleaseLockAsync(topologyName, StatePaths.UpdateTopologyLock, owner, cancellationToken);
        }

        return await state.TryLockAsync(topologyName, StatePaths.UpdateTopologyLock, wait, cancellationToken);
    }
}
