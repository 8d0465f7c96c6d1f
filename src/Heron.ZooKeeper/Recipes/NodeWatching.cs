// SPDX-License-Identifier: Apache-2.0
using System.Runtime.CompilerServices;

namespace Heron.ZooKeeper;

/// <summary>
/// Streams of a node's states that set their watch anew after every change, read again after every reconnect and after a new
/// session, and wait out the time without a connection. A slow reader misses intermediate states, never the last one.
/// </summary>
public static class NodeWatching
{
    private static readonly TimeSpan CrowdedDelay = TimeSpan.FromMilliseconds(50);

    /// <summary>The node's data now and after every change.</summary>
    /// <param name="client">The client.</param>
    /// <param name="path">The node's path.</param>
    /// <param name="cancellationToken">Ends the stream.</param>
    /// <returns>Data and state, or <see langword="null"/> while the node does not exist.</returns>
    /// <exception cref="ZooKeeperException">Reading is not permitted, or the client can never read again.</exception>
    public static IAsyncEnumerable<NodeData?> WatchDataAsync(this ZooKeeperClient client, string path, CancellationToken cancellationToken = default) =>
        WatchAsync(
            client,
            path,
            watch => client.TryGetDataAsync(path, watch, null, cancellationToken),
            static (a, b) => a.Stat.CreatedZxid == b.Stat.CreatedZxid && a.Stat.ModifiedZxid == b.Stat.ModifiedZxid,
            cancellationToken);

    /// <summary>The names of a node's children now and after every change.</summary>
    /// <param name="client">The client.</param>
    /// <param name="path">The node's path.</param>
    /// <param name="cancellationToken">Ends the stream.</param>
    /// <returns>Names and the node's state, or <see langword="null"/> while the node does not exist.</returns>
    /// <exception cref="ZooKeeperException">Reading is not permitted, or the client can never read again.</exception>
    public static IAsyncEnumerable<NodeChildren?> WatchChildrenAsync(this ZooKeeperClient client, string path, CancellationToken cancellationToken = default) =>
        WatchAsync(
            client,
            path,
            async watch =>
            {
                try
                {
                    return await client.GetChildrenAsync(path, watch, null, cancellationToken).ConfigureAwait(false);
                }
                catch (ZooKeeperException e) when (e.Code == ErrorCode.NoNode)
                {
                    return null;
                }
            },
            static (a, b) => a.Stat.CreatedZxid == b.Stat.CreatedZxid && a.Stat.ChildrenZxid == b.Stat.ChildrenZxid,
            cancellationToken);

    private static async IAsyncEnumerable<T?> WatchAsync<T>(
        ZooKeeperClient client,
        string path,
        Func<NodeWatch, Task<T?>> read,
        Func<T, T, bool> same,
        [EnumeratorCancellation] CancellationToken cancellationToken)
        where T : class
    {
        NodePath.Validate(path);
        bool first = true;
        T? last = null;
        while (true)
        {
            using var watch = new NodeWatch();
            long connections = client.Status.Connections;
            (bool known, T? now) = await ReadOrWaitAsync(client, path, watch, read, connections, cancellationToken).ConfigureAwait(false);
            if (!known)
            {
                continue;
            }

            bool changed = first || (now is null ? last is not null : last is null || !same(now, last));
            (first, last) = (false, now);
            if (changed)
            {
                yield return now;
            }

            await ChangeOrReconnectAsync(client, watch, connections, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Reads with a watch; without a connection it waits for the next one and leaves the state unknown.</summary>
    private static async Task<(bool Known, T? Now)> ReadOrWaitAsync<T>(
        ZooKeeperClient client, string path, NodeWatch watch, Func<NodeWatch, Task<T?>> read, long connections, CancellationToken cancellationToken)
        where T : class
    {
        try
        {
            if (await read(watch).ConfigureAwait(false) is { } found)
            {
                return (true, found);
            }

            // The watch of a failed read is not set; that of exists is. A node that has come meanwhile is read in the next turn.
            return (await client.ExistsAsync(path, watch, null, cancellationToken).ConfigureAwait(false) is null, null);
        }
        catch (ZooKeeperConnectionException e)
        {
            if (client.Status.State != SessionState.Connected)
            {
                await ConnectedAfterAsync(client, connections, cancellationToken).ConfigureAwait(false);
            }
            else if (e.Code == ErrorCode.QueueFull)
            {
                await Task.Delay(CrowdedDelay, client.Options.TimeProvider, cancellationToken).ConfigureAwait(false);
            }

            return (false, null);
        }
        catch (ZooKeeperProtocolException garbled) when (garbled.MayHaveHappened)
        {
            // The answer could not be read, and its connection ends with it; on the next one it may be sound.
            await ConnectedAfterAsync(client, connections, cancellationToken).ConfigureAwait(false);
            return (false, null);
        }
    }

    private static async Task ChangeOrReconnectAsync(ZooKeeperClient client, NodeWatch watch, long connections, CancellationToken cancellationToken)
    {
        using var enough = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        Task reconnected = ConnectedAfterAsync(client, connections, enough.Token);
        Task first = await Task.WhenAny(watch.Fired, reconnected).ConfigureAwait(false);
        await enough.CancelAsync().ConfigureAwait(false);
        await reconnected.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        cancellationToken.ThrowIfCancellationRequested();
        if (first == reconnected)
        {
            await reconnected.ConfigureAwait(false);
        }
    }

    /// <summary>Waits for a connection made after the one counted; fails when there will never be one.</summary>
    private static async Task ConnectedAfterAsync(ZooKeeperClient client, long connections, CancellationToken cancellationToken)
    {
        await foreach (SessionStatus status in client.WatchStatusAsync(cancellationToken).ConfigureAwait(false))
        {
            if (status.State == SessionState.Connected && status.Connections > connections)
            {
                return;
            }

            if (status.State == SessionState.AuthFailed)
            {
                throw new ZooKeeperSessionException(ErrorCode.AuthFailed, null, false, "the server refused the credentials");
            }
        }

        throw new ZooKeeperSessionException(ErrorCode.Closed, null, false, "the client was disposed");
    }
}
