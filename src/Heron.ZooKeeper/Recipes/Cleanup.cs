// SPDX-License-Identifier: Apache-2.0
using Heron.ZooKeeper.Connections;

namespace Heron.ZooKeeper.Recipes;

/// <summary>
/// Deleting an ephemeral node that must not stay, such as a lock's, although its owner has given up: as long as the session
/// lives the node would, too, so this tries until it is gone or the session is.
/// </summary>
internal static class Cleanup
{
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(200);

    /// <summary>A server that refuses for good, such as for want of a permission, is not asked for ever five times a second.</summary>
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(10);

    /// <summary>Deletes a node whose path is known.</summary>
    /// <param name="client">The client.</param>
    /// <param name="path">The node.</param>
    /// <param name="session">Cancelled when the session ends that owns the node.</param>
    public static Task DeleteAsync(ZooKeeperClient client, string path, CancellationToken session) =>
        PersistAsync(client, () => client.DeleteQuietlyAsync(path), session);

    /// <summary>Deletes a node that may exist.</summary>
    /// <param name="client">The client.</param>
    /// <param name="find">Finds the node's path; <see langword="null"/> when it does not exist.</param>
    /// <param name="session">Cancelled when the session ends that owns the node.</param>
    public static Task DeleteAsync(ZooKeeperClient client, Func<Task<string?>> find, CancellationToken session) =>
        PersistAsync(
            client,
            async () =>
            {
                await client.SyncAsync().ConfigureAwait(false);
                if (await find().ConfigureAwait(false) is { } path)
                {
                    await client.DeleteQuietlyAsync(path).ConfigureAwait(false);
                }
            },
            session);

    private static async Task PersistAsync(ZooKeeperClient client, Func<Task> attempt, CancellationToken session)
    {
        var backoff = new Backoff(FirstPause, LongestPause);
        while (!session.IsCancellationRequested && client.Status.State is not SessionState.Closed and not SessionState.AuthFailed)
        {
            try
            {
                await attempt().ConfigureAwait(false);
                return;
            }
            catch (ZooKeeperException)
            {
                await Task.Delay(backoff.Next(LongestPause), client.Options.TimeProvider, session).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }
}

/// <summary>Ephemeral nodes that one attempt to lock has created, and that must go when it ends.</summary>
internal sealed class HeldNodes(ZooKeeperClient client, CancellationToken session)
{
    private readonly List<string> _paths = [];

    public string Add(string path)
    {
        _paths.Add(path);
        return path;
    }

    public void GiveBack(string path)
    {
        _paths.Remove(path);
        _ = Cleanup.DeleteAsync(client, path, session);
    }

    /// <summary>In the reverse order, so that nobody behind us passes while a node before it is still there.</summary>
    public void GiveBackAll()
    {
        for (int i = _paths.Count - 1; i >= 0; i--)
        {
            _ = Cleanup.DeleteAsync(client, _paths[i], session);
        }

        _paths.Clear();
    }
}
