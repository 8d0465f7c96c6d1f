// SPDX-License-Identifier: Apache-2.0
using System.Runtime.ExceptionServices;

namespace Heron.ZooKeeper.Recipes;

/// <summary>The time that is left for a recipe made of several calls, and finding out what became of a write.</summary>
internal sealed class Ambiguity(ZooKeeperClient client, TimeSpan? timeout, CancellationToken cancellationToken)
{
    private readonly TimeSpan _limit = timeout ?? client.Options.OperationTimeout;
    private readonly long _start = client.Options.TimeProvider.GetTimestamp();

    public TimeSpan Left
    {
        get
        {
            TimeSpan left = _limit - client.Options.TimeProvider.GetElapsedTime(_start);
            return left > TimeSpan.Zero ? left : TimeSpan.Zero;
        }
    }

    /// <summary>Whether a failed write left a question open that there still is time to answer.</summary>
    public bool CanResolve(ZooKeeperException failure) => failure.MayHaveHappened && failure.Code != ErrorCode.Closed && Left > TimeSpan.Zero;

    /// <summary>
    /// Makes the following reads decisive. Once the session is connected again, servers take nothing more from its earlier
    /// connections, and a sync waits for what they had taken; so what a read does not show then will not come later.
    /// </summary>
    /// <param name="failure">Why the question is open; thrown again, as the caller's answer, when it stays open.</param>
    public async Task SettleAsync(ZooKeeperException failure)
    {
        await PersistAsync(
            async () =>
            {
                await client.SyncAsync("/", Left, cancellationToken).ConfigureAwait(false);
                return true;
            },
            failure).ConfigureAwait(false);
    }

    /// <summary>Reads a node to answer the question.</summary>
    public async Task<NodeData?> ReadAsync(string path, ZooKeeperException failure)
    {
        await SettleAsync(failure).ConfigureAwait(false);
        return await PersistAsync(() => client.TryGetDataAsync(path, null, Left, cancellationToken), failure).ConfigureAwait(false);
    }

    /// <summary>Reads until there is an answer, whatever the client's options say about repeating reads.</summary>
    private async Task<T> PersistAsync<T>(Func<Task<T>> read, ZooKeeperException failure)
    {
        while (true)
        {
            try
            {
                await client.WaitUntilConnectedAsync(Left, cancellationToken).ConfigureAwait(false);
                return await read().ConfigureAwait(false);
            }
            catch (ZooKeeperConnectionException e) when (e.Code == ErrorCode.ConnectionLoss && Left > TimeSpan.Zero)
            {
                continue;
            }
            catch (ZooKeeperException)
            {
                ExceptionDispatchInfo.Throw(failure);
            }
        }
    }
}
