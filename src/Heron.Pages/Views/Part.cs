// SPDX-License-Identifier: Apache-2.0
using Heron.Core;

namespace Heron.Pages.Views;

/// <summary>A part of a page that comes from elsewhere and may be missing while the rest of the page stands.</summary>
/// <typeparam name="T">What it holds.</typeparam>
/// <param name="Value">What was found, or null.</param>
/// <param name="Problem">Why nothing was found, as a sentence; null when all went well.</param>
public sealed record Part<T>(T? Value, string? Problem)
    where T : class;

/// <summary>Makes parts.</summary>
public static class Part
{
    /// <summary>Asks for a part and waits for so long at most.</summary>
    /// <param name="what">What is asked for, for the sentence when it does not come: <c>The scheduler</c>.</param>
    /// <param name="ask">Asks.</param>
    /// <param name="limit">How long the page waits for it.</param>
    /// <param name="time">The clock of the limit.</param>
    /// <param name="cancellationToken">Ends the wait: whoever wanted the page has left.</param>
    public static async Task<Part<T>> OfAsync<T>(
        string what, Func<CancellationToken, Task<T?>> ask, TimeSpan limit, TimeProvider time, CancellationToken cancellationToken)
        where T : class
    {
        using var late = new CancellationTokenSource(limit, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(late.Token, cancellationToken);
        try
        {
            return new Part<T>(await ask(either.Token).WaitAsync(either.Token), null);
        }
        catch (HeronException fault)
        {
            return new Part<T>(null, fault.Message);
        }
        catch (Exception fault) when (
            fault is TimeoutException || (fault is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            return new Part<T>(null, $"{what} did not answer within {Text.Shown.Milliseconds(limit.TotalMilliseconds)}");
        }
    }
}
