// SPDX-License-Identifier: Apache-2.0
using Heron.Core.State;
using Heron.ZooKeeper;

namespace Heron.State.ZooKeeper;

/// <content>Locks that the Java tools know.</content>
public sealed partial class ZooKeeperStateManager
{
    /// <summary>What somebody gave up a moment ago may still be there: a shorter wait than this would take it for held.</summary>
    private static readonly TimeSpan ShortestLockWait = TimeSpan.FromSeconds(2);

    /// <inheritdoc/>
    public Task<IStateLock?> TryLockAsync(
        string topologyName, string lockName, TimeSpan wait, CancellationToken cancellationToken)
    {
        var mutex = new SemaphoreMutex(Client, _paths.Lock(topologyName, lockName), _options.Acl);
        return CallAsync<IStateLock?>(async budget =>
        {
            for (int repairs = 0; ;)
            {
                try
                {
                    var lease = await mutex.TryAcquireAsync(
                        wait > ShortestLockWait ? wait : ShortestLockWait, cancellationToken);
                    return lease is null ? null : new ZooKeeperStateLock(lease, Client.Status.SessionId, _time);
                }
                catch (ZooKeeperServerException e) when (e.Code == ErrorCode.NoNode && repairs++ < MaxRepairs)
                {
                    await _tree.EnsureAsync(Client, budget, cancellationToken);
                }
            }
        });
    }

    /// <inheritdoc/>
    public Task ReleaseLockAsync(string topologyName, string lockName, string owner, CancellationToken cancellationToken) =>
        CallAsync(async budget =>
        {
            if (LockOwner.SessionIn(owner) is not { } session)
            {
                return;
            }

            foreach (string node in await OwnedNodes.LockAsync(Client, _paths.Lock(topologyName, lockName), budget, cancellationToken))
            {
                var stat = await Client.ExistsAsync(node, timeout: budget.Left, cancellationToken: cancellationToken);
                if (stat?.EphemeralOwner == session && session != Client.Status.SessionId)
                {
                    await Client.DeleteQuietlyAsync(node, timeout: budget.Left, cancellationToken: cancellationToken);
                    Log.LockReleased(_logger, node, session);
                }
            }
        });
}
