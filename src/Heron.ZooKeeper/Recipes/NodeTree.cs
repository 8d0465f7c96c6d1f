// SPDX-License-Identifier: Apache-2.0
using Heron.ZooKeeper.Recipes;

namespace Heron.ZooKeeper;

/// <summary>Making sure that paths exist. Any number of clients may do so at the same time.</summary>
public static class NodeTree
{
    /// <summary>Creates a node and those above it where they are missing, without data.</summary>
    /// <param name="client">The client.</param>
    /// <param name="path">The path of the last node.</param>
    /// <param name="acl">The access control list of new nodes; <see langword="null"/> for <see cref="Acl.Open"/>.</param>
    /// <param name="timeout">The deadline of the whole; <see langword="null"/> for <see cref="ZooKeeperOptions.OperationTimeout"/>.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    /// <returns>A task that ends when the path exists.</returns>
    public static Task EnsurePathAsync(this ZooKeeperClient client, string path, IReadOnlyList<Acl>? acl = null, TimeSpan? timeout = null, CancellationToken cancellationToken = default)
    {
        NodePath.Validate(path);
        return EnsureAsync(client, path, CreateMode.Persistent, acl, timeout, cancellationToken);
    }

    /// <summary>
    /// Creates the chroot of the client's connection string where it is missing, which no path under the chroot can do.
    /// Without a chroot there is nothing to do.
    /// </summary>
    /// <param name="client">The client.</param>
    /// <param name="acl">The access control list of new nodes; <see langword="null"/> for <see cref="Acl.Open"/>.</param>
    /// <param name="timeout">The deadline of the whole; <see langword="null"/> for <see cref="ZooKeeperOptions.OperationTimeout"/>.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    /// <returns>A task that ends when the chroot exists.</returns>
    public static async Task EnsureRootAsync(this ZooKeeperClient client, IReadOnlyList<Acl>? acl = null, TimeSpan? timeout = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(client);
        string chroot = client.Options.Servers.Chroot;
        var doubt = new Ambiguity(client, timeout, cancellationToken);
        for (int slash = chroot.Length == 0 ? -1 : 0; slash >= 0;)
        {
            int next = chroot.IndexOf('/', slash + 1);
            string above = next < 0 ? chroot : chroot[..next];
            await CreateAsync(
                () => client.CreateAboveChrootAsync(above, acl, doubt.Left, cancellationToken),
                () => client.ExistsAboveChrootAsync(above, doubt.Left, cancellationToken),
                doubt).ConfigureAwait(false);
            slash = next;
        }
    }

    internal static async Task EnsureAsync(ZooKeeperClient client, string path, CreateMode mode, IReadOnlyList<Acl>? acl, TimeSpan? timeout, CancellationToken cancellationToken)
    {
        var doubt = new Ambiguity(client, timeout, cancellationToken);

        if (path == "/")
        {
            return;
        }

        // Mostly everything is there, or only the last node is missing: begin at the end.
        Stack<string> missing = new([path]);
        while (missing.TryPeek(out string? next))
        {
            bool there = await CreateAsync(
                () => client.CreateAsync(next, default, next == path ? mode : CreateMode.Persistent, acl, doubt.Left, cancellationToken),
                () => client.ExistsAsync(next, null, doubt.Left, cancellationToken),
                doubt).ConfigureAwait(false);
            if (there)
            {
                missing.Pop();
            }
            else if (NodePath.Parent(next) == "/")
            {
                // Only the chroot itself can be missing now; EnsureRootAsync makes it.
                throw new ZooKeeperServerException(ErrorCode.NoNode, "/");
            }
            else
            {
                missing.Push(NodePath.Parent(next));
            }
        }
    }

    /// <returns>Whether the node exists now; otherwise its parent is missing.</returns>
    private static async Task<bool> CreateAsync(Func<Task> create, Func<Task<NodeStat?>> look, Ambiguity doubt)
    {
        while (true)
        {
            try
            {
                await create().ConfigureAwait(false);
                return true;
            }
            catch (ZooKeeperException e) when (e.Code == ErrorCode.NodeExists)
            {
                return true;
            }
            catch (ZooKeeperException e) when (e.Code == ErrorCode.NoNode)
            {
                return false;
            }
            catch (ZooKeeperException e) when (e.Code == ErrorCode.NoAuth)
            {
                // Servers look at the parent's list first: where nothing may be created, what exists is refused, too.
                if (await look().ConfigureAwait(false) is null)
                {
                    throw;
                }

                return true;
            }
            catch (ZooKeeperException e) when (doubt.CanResolve(e))
            {
                continue; // creating twice is creating once
            }
        }
    }
}
