// SPDX-License-Identifier: Apache-2.0
using Heron.ZooKeeper.Recipes;

namespace Heron.ZooKeeper;

/// <summary>
/// Sequential nodes whose creator recognises them again. After a lost answer nobody could tell which of the numbered nodes is
/// ours, so the name begins with a random id, as Curator's "protection" has it: <c>_c_ID-NAME0000000001</c>.
/// </summary>
public static class ProtectedNodes
{
    /// <summary>Creates a sequential node; after a lost answer it is looked for by its id, never created twice.</summary>
    /// <param name="client">The client.</param>
    /// <param name="parent">The path of the parent, which must exist.</param>
    /// <param name="name">What stands between the id and the digits.</param>
    /// <param name="data">The node's data.</param>
    /// <param name="mode">A sequential mode.</param>
    /// <param name="acl">Its access control list; <see langword="null"/> for <see cref="Acl.Open"/>.</param>
    /// <param name="timeout">The deadline of the whole; <see langword="null"/> for <see cref="ZooKeeperOptions.OperationTimeout"/>.</param>
    /// <param name="cancellationToken">Gives up waiting; a node that was created all the same is deleted in the background.</param>
    /// <returns>The node's path.</returns>
    /// <exception cref="ZooKeeperException">The node was not created, or a node that may have been is being deleted.</exception>
    public static async Task<string> CreateProtectedAsync(
        this ZooKeeperClient client,
        string parent,
        string name,
        ReadOnlyMemory<byte> data = default,
        CreateMode mode = CreateMode.EphemeralSequential,
        IReadOnlyList<Acl>? acl = null,
        TimeSpan? timeout = null,
        CancellationToken cancellationToken = default)
    {
        string id = $"_c_{Guid.NewGuid():D}-";
        var doubt = new Ambiguity(client, timeout, cancellationToken);
        long epoch = client.Status.Epoch;
        CancellationToken session = client.SessionEnded;
        try
        {
            while (true)
            {
                try
                {
                    return (await client.CreateAsync(NodePath.Join(parent, id + name), data, mode, acl, doubt.Left, cancellationToken).ConfigureAwait(false)).Path;
                }
                catch (ZooKeeperException e) when (doubt.CanResolve(e))
                {
                    await doubt.SettleAsync(e).ConfigureAwait(false);
                    if (mode == CreateMode.EphemeralSequential && client.Status.Epoch != epoch)
                    {
                        // If it was created it is the old session's, and goes when the server notices its end.
                        throw new ZooKeeperSessionException(ErrorCode.SessionExpired, parent, mayHaveHappened: true, "the session ended while the node was created", e);
                    }

                    if (await FindAsync(client, parent, id, doubt.Left, cancellationToken).ConfigureAwait(false) is { } found)
                    {
                        return found;
                    }
                }
            }
        }
        catch (Exception e) when (e is OperationCanceledException or ZooKeeperException { MayHaveHappened: true })
        {
            _ = Cleanup.DeleteAsync(client, () => FindAsync(client, parent, id, client.Options.OperationTimeout, CancellationToken.None), session);
            throw;
        }
    }

    private static async Task<string?> FindAsync(ZooKeeperClient client, string parent, string id, TimeSpan limit, CancellationToken cancellationToken)
    {
        try
        {
            NodeChildren children = await client.GetChildrenAsync(parent, null, limit, cancellationToken).ConfigureAwait(false);
            string? name = children.Names.FirstOrDefault(n => n.StartsWith(id, StringComparison.Ordinal));
            return name is null ? null : NodePath.Join(parent, name);
        }
        catch (ZooKeeperException e) when (e.Code == ErrorCode.NoNode)
        {
            return null;
        }
    }
}
