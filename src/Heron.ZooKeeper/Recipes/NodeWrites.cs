// SPDX-License-Identifier: Apache-2.0
using Heron.ZooKeeper.Recipes;

namespace Heron.ZooKeeper;

/// <summary>
/// A write that finds out what happened when its answer was lost, and so ends in one of two ways: done, or certainly not done.
/// Only when the deadline passes before that is known does it fail with <see cref="ZooKeeperException.MayHaveHappened"/>.
/// </summary>
public static class NodeWrites
{
    /// <summary>Makes sure that a node does not exist: one that is gone already is fine, a lost answer is asked for again.</summary>
    /// <param name="client">The client.</param>
    /// <param name="path">The node's path.</param>
    /// <param name="timeout">The deadline of the whole; <see langword="null"/> for <see cref="ZooKeeperOptions.OperationTimeout"/>.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    /// <returns>Whether the node is known to have been there.</returns>
    public static async Task<bool> DeleteQuietlyAsync(this ZooKeeperClient client, string path, TimeSpan? timeout = null, CancellationToken cancellationToken = default)
    {
        var doubt = new Ambiguity(client, timeout, cancellationToken);
        while (true)
        {
            try
            {
                await client.DeleteAsync(path, -1, doubt.Left, cancellationToken).ConfigureAwait(false);
                return true;
            }
            catch (ZooKeeperException e) when (e.Code == ErrorCode.NoNode)
            {
                return false;
            }
            catch (ZooKeeperException e) when (doubt.CanResolve(e))
            {
                // Deleting twice is deleting once; but first let an earlier attempt arrive.
                await doubt.SettleAsync(e).ConfigureAwait(false);
            }
        }
    }
}
