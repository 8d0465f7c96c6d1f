// SPDX-License-Identifier: Apache-2.0
using System.Net;
using Heron.Testing;
using Heron.Testing.ZooKeeper;

namespace Heron.EndToEnd.Tests.ZooKeeperFaults;

/// <summary>
/// ZooKeeper goes away in the middle of a submission or a kill, after every n-th byte, and stays away until the answer is
/// there: that comes in time, and afterwards there is all or nothing.
/// </summary>
[Trait("Category", Soak.Category)]
public sealed class LongOutageTests(SharedZooKeeper shared)
{
    /// <summary>The step that fails has the connection timeout, and undoing it too; the rest is for a busy machine.</summary>
    private static readonly TimeSpan InTime = (2 * Patience.Short.Call) + TimeSpan.FromSeconds(20);

    [Fact]
    public Task Gone_after_the_nth_byte_of_a_submission_ZooKeeper_comes_back_to_all_or_nothing() =>
        Task.WhenAll(SubmissionsAsync(up: true), SubmissionsAsync(up: false));

    [Fact]
    public Task Gone_after_the_nth_byte_of_a_kill_ZooKeeper_comes_back_and_the_kill_completes() =>
        Task.WhenAll(KillsAsync(up: true), KillsAsync(up: false));

    private async Task SubmissionsAsync(bool up)
    {
        await using var world = await FaultWorld.StartAsync(shared.Server, Patience.Short);
        await UntilSomethingFailsAsync(() => SubmissionsAsync(world, up));
    }

    private static async Task<int> SubmissionsAsync(FaultWorld world, bool up)
    {
        var bytes = await world.MeasureAsync(up, async () => Assert.Equal(HttpStatusCode.Created, (await world.SubmitAsync()).Status));
        await world.KillAsync();
        int failures = 0;
        foreach (long n in bytes.Points(Soak.Pick(4, 300)))
        {
            string when = $"away {(up ? "up" : "down")} after {n} of {bytes}";
            await GoAwayAfterAsync(world, up, n);
            var answer = await world.SubmitAsync(InTime);
            world.Otherwise = ProxyFault.None;
            if (answer.Status == HttpStatusCode.ServiceUnavailable)
            {
                Assert.Contains("ZooKeeper", answer.Message);
                if (failures++ % 2 == 0)
                {
                    await world.UntilNothingAsync(when);
                }
            }
            else
            {
                Assert.True(answer.Status == HttpStatusCode.Created, $"{when}: {answer}");
                await world.AssertWholeAsync(when);
            }

            var again = await world.SubmitAsync();
            Assert.True(again.Status == HttpStatusCode.Created, $"{when}, again: {again}");
            await world.AssertWholeAsync(when);
            Assert.Equal(HttpStatusCode.OK, (await world.KillAsync()).Status);
            await world.AssertNothingAsync(when);
        }

        return failures;
    }

    private async Task KillsAsync(bool up)
    {
        await using var world = await FaultWorld.StartAsync(shared.Server, Patience.Short);
        await UntilSomethingFailsAsync(() => KillsAsync(world, up));
    }

    private static async Task<int> KillsAsync(FaultWorld world, bool up)
    {
        await world.SubmitAsync();
        var bytes = await world.MeasureAsync(up, async () => Assert.Equal(HttpStatusCode.OK, (await world.KillAsync()).Status));
        int failures = 0;
        foreach (long n in bytes.Points(Soak.Pick(4, 300)))
        {
            string when = $"away {(up ? "up" : "down")} after {n} of {bytes}";
            Assert.Equal(HttpStatusCode.Created, (await world.SubmitAsync()).Status);
            await GoAwayAfterAsync(world, up, n);
            var answer = await world.KillAsync(InTime);
            world.Otherwise = ProxyFault.None;
            if (answer.Status != HttpStatusCode.OK)
            {
                failures++;
                Assert.True(answer.Status == HttpStatusCode.ServiceUnavailable, $"{when}: {answer}");
                Assert.Contains("ZooKeeper", answer.Message);
                if (failures % 2 == 0)
                {
                    // What was asked for is remembered, if anything was done about it.
                    if (answer.Message.Contains("follows by itself", StringComparison.Ordinal))
                    {
                        await world.UntilNothingAsync(when);
                        continue;
                    }

                    await world.AssertWholeAsync(when);
                }

                var again = await world.KillAsync();
                Assert.True(again.Status == HttpStatusCode.OK, $"{when}, again: {again}");
            }

            await world.AssertNothingAsync(when);
        }

        return failures;
    }

    // A machine that stands still looks like a connection at rest: what is measured then lies before what is to be cut.
    private static async Task UntilSomethingFailsAsync(Func<Task<int>> round)
    {
        for (var rounds = 0; await round() == 0; rounds++)
        {
            Assert.True(rounds < 3, "nothing ever failed");
        }
    }

    private static async Task GoAwayAfterAsync(FaultWorld world, bool up, long bytes)
    {
        await world.ReconnectAsync(up ? new ProxyFault { CutUpAfter = bytes } : new ProxyFault { CutDownAfter = bytes });
        world.Otherwise = new ProxyFault { Refuse = true };
    }
}
