using System.Diagnostics;

namespace Heron.Testing;

/// <summary>Waits for conditions, with a limit.</summary>
public static class Poll
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan Usual = TimeSpan.FromSeconds(20);

    /// <summary>Looks again and again, with short pauses, until the condition holds.</summary>
    /// <exception cref="TimeoutException">It did not hold within the limit (20 s by default).</exception>
    public static Task UntilAsync(Func<bool> condition, string what, TimeSpan? limit = null) =>
        UntilAsync(() => Task.FromResult(condition()), limit ?? Usual, () => $"waited in vain for: {what}");

    /// <inheritdoc cref="UntilAsync(Func{bool}, string, TimeSpan?)"/>
    public static Task UntilAsync(Func<bool> condition, TimeSpan limit, string otherwise) =>
        UntilAsync(() => Task.FromResult(condition()), limit, () => otherwise);

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
