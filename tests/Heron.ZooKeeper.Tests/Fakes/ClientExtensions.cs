// SPDX-License-Identifier: Apache-2.0
using System.Runtime.CompilerServices;
using Heron.Testing;

namespace Heron.ZooKeeper.Tests.Fakes;

internal static class ClientExtensions
{
    /// <summary>Waits, with a limit, for a status of the client's.</summary>
    public static async Task<SessionStatus> Feed(this ZooKeeperClient client, Func<SessionStatus, bool> wanted)
    {
        using var limit = new CancellationTokenSource(Poll.Limit);
        await foreach (SessionStatus status in client.WatchStatusAsync(limit.Token))
        {
            if (wanted(status))
            {
                return status;
            }
        }

        throw new InvalidOperationException($"the client ended as {client.Status.State}");
    }

    /// <summary>Waits, with a limit, until calls fail with a word in their message that says why there is no connection.</summary>
    public static async Task FailsSaying(this ZooKeeperClient client, string word)
    {
        string message = "";
        await Poll.UntilAsync(
            async () =>
            {
                ZooKeeperConnectionException e = await Assert.ThrowsAsync<ZooKeeperConnectionException>(() => client.CreateAsync("/never", timeout: TimeSpan.FromMilliseconds(300)));
                Assert.False(e.MayHaveHappened);
                message = e.Message;
                return message.Contains(word, StringComparison.OrdinalIgnoreCase);
            },
            () => $"no '{word}' in '{message}'");
    }

    /// <summary>A task's result, or a failure at the limit: a hang must not hang the suite.</summary>
    public static Task<T> Soon<T>(this Task<T> task) => task.WaitAsync(Poll.Limit);

    public static Task Soon(this Task task) => task.WaitAsync(Poll.Limit);

    /// <summary>The elements until the token is cancelled, which ends the stream without a failure.</summary>
    public static async IAsyncEnumerable<T> TakeUntil<T>(this IAsyncEnumerable<T> source, [EnumeratorCancellation] CancellationToken end)
    {
        await using IAsyncEnumerator<T> each = source.GetAsyncEnumerator(end);
        while (true)
        {
            try
            {
                if (!await each.MoveNextAsync())
                {
                    yield break;
                }
            }
            catch (OperationCanceledException)
            {
                yield break;
            }

            yield return each.Current;
        }
    }
}
