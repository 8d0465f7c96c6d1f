// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using Google.Protobuf;

namespace Heron.Core.State;

/// <summary>Waiting for what daemons write into a node, with a deadline. A state manager gives its way to look.</summary>
public static class NodeWait
{
    /// <summary>
    /// Looks until the message in a node fulfils a condition. What cannot be read fulfils none: daemons may write in place, and what
    /// is damaged may be replaced.
    /// </summary>
    /// <param name="parser">Of the message that belongs into the node.</param>
    /// <param name="path">The node, for the error.</param>
    /// <param name="condition">What is waited for; an absent node counts as null.</param>
    /// <param name="deadline">How long to wait.</param>
    /// <param name="firstLook">How long the first look may take, even when the deadline is shorter.</param>
    /// <param name="time">The clock.</param>
    /// <param name="looks">What the node holds now, then again whenever it may have changed.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="TimeoutException">The deadline passed first.</exception>
    public static async Task<T?> UntilAsync<T>(
        MessageParser<T> parser,
        string path,
        Func<T?, bool> condition,
        TimeSpan deadline,
        TimeSpan firstLook,
        TimeProvider time,
        Func<CancellationToken, IAsyncEnumerable<NodeContent>> looks,
        CancellationToken cancellationToken)
        where T : class, IMessage<T>
    {
        long start = time.GetTimestamp();
        using var late = new CancellationTokenSource(deadline > firstLook ? deadline : firstLook, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(late.Token, cancellationToken);
        bool isFirst = true;
        string? damage = null;
        try
        {
            await foreach (var content in looks(either.Token).ConfigureAwait(false))
            {
                (var value, damage) = Read(parser, content);
                if (damage is null && condition(value))
                {
                    return value;
                }

                if (isFirst)
                {
                    isFirst = false;
                    var left = deadline - time.GetElapsedTime(start);
                    late.CancelAfter(left > TimeSpan.Zero ? left : TimeSpan.Zero);
                }
            }
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            // The deadline.
        }

        throw new TimeoutException(string.Create(
            CultureInfo.InvariantCulture,
            $"'{path}' did not become as expected within {deadline.TotalSeconds:0.#} s{(damage is null ? "" : $": it {damage}")}"));
    }

    private static (T? Value, string? Damage) Read<T>(MessageParser<T> parser, NodeContent content)
        where T : class, IMessage<T>
    {
        string? damage = content.Damage;
        T? value = null;
        if (content.Data is { Length: > 0 } data)
        {
            StateMessage.TryParse(parser, data, out value, out damage);
        }

        return (value, damage);
    }
}
