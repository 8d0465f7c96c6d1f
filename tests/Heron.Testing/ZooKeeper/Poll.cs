using System.Diagnostics;

namespace Heron.Testing.ZooKeeper;

/// <summary>Waiting for a condition, with a limit.</summary>
public static class Poll
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(20);

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

    public static Task UntilAsync(Func<bool> condition, TimeSpan limit, string otherwise) =>
        UntilAsync(() => Task.FromResult(condition()), limit, () => otherwise);
}
