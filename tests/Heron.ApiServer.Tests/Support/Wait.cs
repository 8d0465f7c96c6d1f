namespace Heron.ApiServer.Tests.Support;

/// <summary>Polls a condition with a limit.</summary>
internal static class Wait
{
    public static async Task UntilAsync(Func<bool> condition, string what, int seconds = 20)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(10));
        var end = DateTime.UtcNow.AddSeconds(seconds);
        while (!condition())
        {
            Assert.True(DateTime.UtcNow < end, $"waited {seconds} s in vain: {what}");
            await timer.WaitForNextTickAsync();
        }
    }
}
