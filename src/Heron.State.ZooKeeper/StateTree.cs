// SPDX-License-Identifier: Apache-2.0
using Heron.Core.State;
using Heron.ZooKeeper;

namespace Heron.State.ZooKeeper;

/// <summary>
/// The directories that Heron's daemons expect. Persistent nodes, not containers as the Java server makes them: ZooKeeper
/// removes a container that falls empty, and no daemon makes its own directory.
/// </summary>
internal sealed class StateTree(StatePaths paths, IReadOnlyList<Acl> acl)
{
    /// <summary>Makes what is missing, the root and its parents included. Others may do the same at the same time.</summary>
    public async Task EnsureAsync(ZooKeeperClient client, CallBudget budget, CancellationToken cancellationToken)
    {
        try
        {
            await MakeAllAsync(client, budget, cancellationToken);
        }
        catch (ZooKeeperServerException e) when (e.Code == ErrorCode.NoNode)
        {
            // Then the chroot of the connection string is missing, which nothing below it can make.
            await client.EnsureRootAsync(acl, budget.Left, cancellationToken);
            await MakeAllAsync(client, budget, cancellationToken);
        }
    }

    /// <summary>
    /// Demands that every directory is there; put into a transaction it costs no round trip and holds at the moment of the
    /// write. Directories below which the transaction creates something need no such check.
    /// </summary>
    public IEnumerable<Operation> Checks(params string[] exceptDirectories) =>
        paths.Directories.Except(exceptDirectories, StringComparer.Ordinal).Select(directory => Operation.Check(directory));

    private async Task MakeAllAsync(ZooKeeperClient client, CallBudget budget, CancellationToken cancellationToken)
    {
        await client.EnsurePathAsync(paths.Root, acl, budget.Left, cancellationToken);

        // Sent together, answered together.
        await Task.WhenAll(paths.Directories.Select(
            directory => client.EnsurePathAsync(directory, acl, budget.Left, cancellationToken)));
    }
}
