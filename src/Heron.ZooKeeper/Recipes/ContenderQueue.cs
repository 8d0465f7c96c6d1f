// SPDX-License-Identifier: Apache-2.0
namespace Heron.ZooKeeper.Recipes;

/// <summary>Waiting among the numbered children of one node.</summary>
/// <param name="client">The client.</param>
/// <param name="waiting">The time for waiting behind others.</param>
/// <param name="requests">The time for what is asked of the servers.</param>
/// <param name="cancellationToken">Ends the waiting.</param>
internal sealed class ContenderQueue(ZooKeeperClient client, Ambiguity waiting, Ambiguity requests, CancellationToken cancellationToken)
{
    private const int Digits = 10;

    /// <summary>Waits until no contender with a smaller number is left. Watches only the next smaller one, so a release wakes one waiter.</summary>
    /// <returns>Whether that was so before the time ran out.</returns>
    /// <exception cref="ZooKeeperException">NoNode: our own node is gone.</exception>
    public async Task<bool> BecomeFirstAsync(string own, Func<string, bool> contends)
    {
        string parent = NodePath.Parent(own);
        while (true)
        {
            IReadOnlyList<string> names = (await client.GetChildrenAsync(parent, null, requests.Left, cancellationToken).ConfigureAwait(false)).Names;
            long ours = OwnNumber(names, own);
            string? ahead = names.Where(n => contends(n) && Number(n) is { } number && number < ours).MaxBy(n => Number(n)!.Value);
            if (ahead is null)
            {
                return true;
            }

            using var watch = new NodeWatch();
            bool there = await client.TryGetDataAsync(NodePath.Join(parent, ahead), watch, requests.Left, cancellationToken).ConfigureAwait(false) is not null;
            if (there && !await FiredAsync(watch).ConfigureAwait(false))
            {
                return false;
            }
        }
    }

    /// <summary>Waits until our node is the only child of its parent.</summary>
    /// <returns>Whether that was so before the time ran out.</returns>
    /// <exception cref="ZooKeeperException">NoNode: our own node is gone.</exception>
    public async Task<bool> BecomeOnlyAsync(string own)
    {
        while (true)
        {
            using var watch = new NodeWatch();
            IReadOnlyList<string> names = (await client.GetChildrenAsync(NodePath.Parent(own), watch, requests.Left, cancellationToken).ConfigureAwait(false)).Names;
            OwnNumber(names, own);
            if (names.Count == 1)
            {
                return true;
            }

            if (!await FiredAsync(watch).ConfigureAwait(false))
            {
                return false;
            }
        }
    }

    /// <summary>The number that the server appended; <see langword="null"/> for names that end otherwise.</summary>
    internal static long? Number(string name) =>
        name.Length >= Digits && long.TryParse(name.AsSpan(name.Length - Digits), System.Globalization.NumberStyles.None, null, out long number) ? number : null;

    private static long OwnNumber(IReadOnlyList<string> names, string own)
    {
        string name = NodePath.Name(own);
        return names.Contains(name) ? Number(name) ?? 0 : throw new ZooKeeperServerException(ErrorCode.NoNode, own);
    }

    private async Task<bool> FiredAsync(NodeWatch watch)
    {
        try
        {
            await watch.Fired.WaitAsync(waiting.Left, client.Options.TimeProvider, cancellationToken).ConfigureAwait(false);
            return true;
        }
        catch (TimeoutException)
        {
            return false;
        }
    }
}
