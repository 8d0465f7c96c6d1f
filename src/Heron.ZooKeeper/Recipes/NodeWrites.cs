using Heron.ZooKeeper.Recipes;

namespace Heron.ZooKeeper;

/// <summary>
/// Writes that find out what happened when their answer was lost, and so end in one of two ways: done, or certainly not done.
/// Only when the deadline passes before that is known do they fail with <see cref="ZooKeeperException.MayHaveHappened"/>.
/// </summary>
public static class NodeWrites
{
    /// <summary>Creates a node; a lost answer is cleared up by comparing data and owner.</summary>
    /// <param name="client">The client.</param>
    /// <param name="path">The node's path.</param>
    /// <param name="data">Its data. Make it unlike what another creator would write, or a node of theirs counts as ours.</param>
    /// <param name="mode">A mode that is not sequential.</param>
    /// <param name="acl">Its access control list; <see langword="null"/> for <see cref="Acl.Open"/>.</param>
    /// <param name="timeout">The deadline of the whole; <see langword="null"/> for <see cref="ZooKeeperOptions.OperationTimeout"/>.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    /// <returns>The node's state.</returns>
    /// <exception cref="ZooKeeperException">The node exists and is not ours, or another failure.</exception>
    public static async Task<NodeStat> CreateOrVerifyAsync(
        this ZooKeeperClient client,
        string path,
        ReadOnlyMemory<byte> data = default,
        CreateMode mode = CreateMode.Persistent,
        IReadOnlyList<Acl>? acl = null,
        TimeSpan? timeout = null,
        CancellationToken cancellationToken = default)
    {
        if (mode is CreateMode.PersistentSequential or CreateMode.EphemeralSequential)
        {
            throw new ArgumentException("sequential nodes need CreateProtectedAsync", nameof(mode));
        }

        var doubt = new Ambiguity(client, timeout, cancellationToken);
        ZooKeeperException? open = null;
        while (true)
        {
            try
            {
                return (await client.CreateAsync(path, data, mode, acl, doubt.Left, cancellationToken).ConfigureAwait(false)).Stat;
            }
            catch (ZooKeeperException e) when (doubt.CanResolve(e) || (open is not null && e.Code == ErrorCode.NodeExists))
            {
                open = e.MayHaveHappened ? e : open;
                NodeData? found = await doubt.ReadAsync(path, open!).ConfigureAwait(false);
                if (found is not null)
                {
                    long owner = mode == CreateMode.Ephemeral ? client.Status.SessionId : 0;
                    bool ours = found.Data.AsSpan().SequenceEqual(data.Span) && (mode == CreateMode.Container || found.Stat.EphemeralOwner == owner);
                    return ours ? found.Stat : throw new ZooKeeperServerException(ErrorCode.NodeExists, path);
                }
            }
        }
    }

    /// <summary>Sets a node's data if it has a certain version; a lost answer is cleared up by the next version and the data.</summary>
    /// <param name="client">The client.</param>
    /// <param name="path">The node's path.</param>
    /// <param name="data">The new data.</param>
    /// <param name="version">The version it must have, not -1.</param>
    /// <param name="timeout">The deadline of the whole; <see langword="null"/> for <see cref="ZooKeeperOptions.OperationTimeout"/>.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    /// <returns>The node's new state.</returns>
    /// <exception cref="ZooKeeperException">The version is another one, or another failure.</exception>
    public static async Task<NodeStat> SetIfVersionAsync(
        this ZooKeeperClient client,
        string path,
        ReadOnlyMemory<byte> data,
        int version,
        TimeSpan? timeout = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(version);
        var doubt = new Ambiguity(client, timeout, cancellationToken);
        while (true)
        {
            try
            {
                return await client.SetDataAsync(path, data, version, doubt.Left, cancellationToken).ConfigureAwait(false);
            }
            catch (ZooKeeperException e) when (doubt.CanResolve(e))
            {
                NodeData found = await doubt.ReadAsync(path, e).ConfigureAwait(false) ?? throw new ZooKeeperServerException(ErrorCode.NoNode, path);
                if (found.Stat.Version != version)
                {
                    bool ours = found.Stat.Version == version + 1 && found.Data.AsSpan().SequenceEqual(data.Span);
                    return ours ? found.Stat : throw new ZooKeeperServerException(ErrorCode.BadVersion, path);
                }
            }
        }
    }

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

    /// <summary>Carries out a multi; when its answer was lost, the caller's question to the tree tells whether it was done.</summary>
    /// <param name="client">The client.</param>
    /// <param name="operations">The operations, such that they fail or do no harm when they were done already.</param>
    /// <param name="happened">Asks, by reading, whether the multi was carried out.</param>
    /// <param name="timeout">The deadline of the whole; <see langword="null"/> for <see cref="ZooKeeperOptions.OperationTimeout"/>.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    /// <returns>A task that ends when the multi is done.</returns>
    /// <exception cref="ZooKeeperException">It was not done; or, with <see cref="ZooKeeperException.MayHaveHappened"/>, that could not be found out in time.</exception>
    public static async Task MultiOrVerifyAsync(
        this ZooKeeperClient client,
        IReadOnlyList<Operation> operations,
        Func<CancellationToken, Task<bool>> happened,
        TimeSpan? timeout = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(happened);
        var doubt = new Ambiguity(client, timeout, cancellationToken);
        ZooKeeperException? open = null;
        while (true)
        {
            try
            {
                await client.MultiAsync(operations, doubt.Left, cancellationToken).ConfigureAwait(false);
                return;
            }
            catch (ZooKeeperException e) when (doubt.CanResolve(e) || (open is not null && e is ZooKeeperMultiException))
            {
                open = e.MayHaveHappened ? e : open;
                await doubt.SettleAsync(open!).ConfigureAwait(false);
                if (await AskAsync(happened, open!, cancellationToken).ConfigureAwait(false))
                {
                    return;
                }

                if (!e.MayHaveHappened)
                {
                    throw;
                }
            }
        }
    }

    private static async Task<bool> AskAsync(Func<CancellationToken, Task<bool>> happened, ZooKeeperException open, CancellationToken cancellationToken)
    {
        try
        {
            return await happened(cancellationToken).ConfigureAwait(false);
        }
        catch (ZooKeeperException)
        {
            ExceptionDispatch.Throw(open);
            throw;
        }
    }
}
