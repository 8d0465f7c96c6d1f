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
        if (paths.Root != "/")
        {
            for (int slash = paths.Root.IndexOf('/', 1); slash > 0; slash = paths.Root.IndexOf('/', slash + 1))
            {
                await MakeAsync(client, paths.Root[..slash], budget, cancellationToken);
            }

            await MakeAsync(client, paths.Root, budget, cancellationToken);
        }

        // Sent together, answered together.
        await Task.WhenAll(paths.Directories.Select(directory => MakeAsync(client, directory, budget, cancellationToken)));
    }

    private async Task MakeAsync(ZooKeeperClient client, string path, CallBudget budget, CancellationToken cancellationToken)
    {
        // Mostly they exist, and asking costs the ensemble less than a refused write.
        if (await client.ExistsAsync(path, timeout: budget.Left, cancellationToken: cancellationToken) is not null)
        {
            return;
        }

        while (true)
        {
            try
            {
                await client.CreateAsync(path, acl: acl, timeout: budget.Left, cancellationToken: cancellationToken);
                return;
            }
            catch (ZooKeeperServerException e) when (e.Code == ErrorCode.NodeExists)
            {
                return;
            }
            catch (ZooKeeperConnectionException e) when (e.Code == ErrorCode.ConnectionLoss && e.MayHaveHappened)
            {
                // Trying again cannot do harm: then it exists.
                continue;
            }
        }
    }
}
