// SPDX-License-Identifier: Apache-2.0
using System.Net;
using Heron.Testing;
using Heron.Testing.ZooKeeper;

namespace Heron.EndToEnd.Tests.ZooKeeperFaults;

/// <summary>
/// Whole submissions and kills over connections to ZooKeeper that break at every point and come back at once: whoever
/// submits notices nothing, and nothing is there twice, or only in part.
/// </summary>
[Trait("Category", Soak.Category)]
public sealed class BrokenConnectionTests(SharedZooKeeper shared)
{
    /// <summary>Longer than what brings a session back, in either direction.</summary>
    private const int Handshake = 64;

    [Theory]
    [InlineData(true, 16)]
    [InlineData(false, 24)]
    public async Task A_cut_after_every_nth_byte_of_a_submission_and_a_kill_changes_nothing_in_the_outcome(bool up, int points)
    {
        await using var world = await FaultWorld.StartAsync(shared.Server, Patience.Long);
        var bytes = await world.MeasureAsync(up, async () => await LiveAsync(world, "no fault"));
        foreach (long n in bytes.Points(Soak.Pick(points, int.MaxValue)))
        {
            // The next connection is cut as well, so that finding out what happened is interrupted too.
            long second = 1 + (n * 7 % Handshake);
            await world.ReconnectAsync(Cut(up, n), Cut(up, second));
            await LiveAsync(world, $"cut {(up ? "up" : "down")} after {n} and {second} bytes");
        }
    }

    [Fact]
    public Task A_connection_that_falls_silent_in_a_submission_is_given_up_and_nothing_is_lost() =>
        Task.WhenAll(SilenceAsync(up: true), SilenceAsync(up: false));

    [Fact]
    public async Task A_slow_connection_makes_a_submission_slow_and_nothing_else()
    {
        await using var world = await FaultWorld.StartAsync(shared.Server, Patience.Long);
        await world.ReconnectAsync(new ProxyFault { Delay = TimeSpan.FromMilliseconds(50) });
        await LiveAsync(world, "every portion held back");
    }

    private async Task SilenceAsync(bool up)
    {
        await using var world = await FaultWorld.StartAsync(shared.Server, Patience.LongerThanSilence);
        var bytes = await world.MeasureAsync(up, async () => await LiveAsync(world, "no fault"));
        foreach (long n in bytes.Points(Soak.Pick(3, 100)))
        {
            await world.ReconnectAsync(up ? new ProxyFault { SwallowUpAfter = n } : new ProxyFault { SwallowDownAfter = n });
            await LiveAsync(world, $"silent {(up ? "up" : "down")} after {n} bytes");
        }
    }

    private static async Task LiveAsync(FaultWorld world, string when)
    {
        var submitted = await world.SubmitAsync();
        Assert.True(submitted.Status == HttpStatusCode.Created, $"{when}: {submitted}");
        await world.AssertWholeAsync(when);
        Assert.Equal([1, 1, 1], world.TakeRegistrations());
        var killed = await world.KillAsync();
        Assert.True(killed.Status == HttpStatusCode.OK, $"{when}: {killed}");
        await world.AssertNothingAsync(when);
    }

    private static ProxyFault Cut(bool up, long after) =>
        up ? new ProxyFault { CutUpAfter = after } : new ProxyFault { CutDownAfter = after };
}
