// SPDX-License-Identifier: Apache-2.0
using System.Runtime.ExceptionServices;
using Heron.ZooKeeper.Recipes;

namespace Heron.ZooKeeper.Tests.Fakes;

/// <summary>
/// What a program can make of <see cref="ZooKeeperException.MayHaveHappened"/>: writes that find out what became of them when their
/// answer was lost. Under faults they tell whether the client's word about a failed write can be relied on.
/// </summary>
internal static class SettledWrites
{
    /// <summary>Creates a node; a lost answer is cleared up by comparing data and owner.</summary>
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

    /// <summary>Carries out a multi; when its answer was lost, the caller's question to the tree tells whether it was done.</summary>
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
            ExceptionDispatchInfo.Throw(open);
            throw;
        }
    }
}
