using System.Diagnostics;

namespace Heron.Testing;

/// <summary>Waits for conditions, with a limit.</summary>
public static class Poll
{
    /// <summary>Looks again and again, with short pauses, until the condition holds.</summary>
    /// <exception cref="TimeoutException">It did not hold within the limit (20 s by default).</exception>
    public static async Task UntilAsync(Func<bool> condition, string what, TimeSpan? limit = null)
    {
        var clock = Stopwatch.StartNew();
        while (!condition())
        {
            if (clock.Elapsed > (limit ?? TimeSpan.FromSeconds(20)))
            {
                throw new TimeoutException($"waited in vain for: {what}");
            }

            await Task.Delay(20);
        }
    }
}
