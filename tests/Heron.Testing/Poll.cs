// SPDX-License-Identifier: Apache-2.0
using System.Diagnostics;

namespace Heron.Testing;

/// <summary>Waits for conditions, with a limit.</summary>
public static class Poll
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(20);

    /// <summary>
    /// How long anything may take that is sure to happen, on the slowest machine under the heaviest load. Only a failure is
    /// this slow.
    /// </summary>
    public static TimeSpan Limit { get; } = TimeSpan.FromMinutes(3);

    /// <summary>Looks again and again, with short pauses, until the condition holds.</summary>
    /// <exception cref="TimeoutException">It did not hold within the limit (<see cref="Limit"/> by default).</exception>
    public static Task UntilAsync(Func<bool> condition, string what, TimeSpan? limit = null) =>
        UntilAsync(() => Task.FromResult(condition()), limit ?? Limit, () => $"waited in vain for: {what}");

    /// <inheritdoc cref="UntilAsync(Func{bool}, string, TimeSpan?)"/>
    public static Task UntilAsync(Func<bool> condition, TimeSpan limit, string otherwise) =>
        UntilAsync(() => Task.FromResult(condition()), limit, () => otherwise);

    /// <inheritdoc cref="UntilAsync(Func{bool}, string, TimeSpan?)"/>
    public static Task UntilAsync(Func<Task<bool>> condition, Func<string> otherwise) => UntilAsync(condition, Limit, otherwise);

    /// <inheritdoc cref="UntilAsync(Func{bool}, string, TimeSpan?)"/>
    public static async Task UntilAsync(Func<Task<bool>> condition, TimeSpan limit, Func<string> otherwise)
    {
        var clock = Stopwatch.StartNew();
        using var timer = new PeriodicTimer(Interval);
        while (!await condition())
        {
            if (clock.Elapsed > limit)
            {
                throw new TimeoutException($"after {limit.TotalSeconds:F0} s: {otherwise()}");
            }

            await timer.WaitForNextTickAsync();
        }
    }
}
