// SPDX-License-Identifier: Apache-2.0
using System.Net;
using Heron.Testing;
using Heron.Testing.ZooKeeper;

namespace Heron.EndToEnd.Tests.ZooKeeperFaults;

/// <summary>What comes from ZooKeeper turns into garbage in the middle of a submission.</summary>
[Trait("Category", Soak.Category)]
public sealed class GarbageTests(SharedZooKeeper shared)
{
    [Fact]
    public async Task Garbage_from_the_nth_byte_on_ends_in_all_or_nothing_and_the_same_submission_succeeds()
    {
        await using var world = await FaultWorld.StartAsync(shared.Server, Patience.LongerThanSilence);
        var bytes = await world.MeasureAsync(
            up: false, async () => Assert.Equal(HttpStatusCode.Created, (await world.SubmitAsync()).Status));
        await world.KillAsync();
        foreach (long n in bytes.Points(Soak.Pick(14, int.MaxValue)))
        {
            string when = $"garbage after {n} of {bytes}";
            await world.ReconnectAsync(new ProxyFault { GarbleDownAfter = n }, new ProxyFault { GarbleDownAfter = n % 50 });
            var answer = await world.SubmitAsync();
            if (answer.Status == HttpStatusCode.Created)
            {
                await world.AssertWholeAsync(when);
            }
            else
            {
                // An error that ZooKeeper never gave cannot be told from one that it gave; either way it is not this server's.
                Assert.True(answer.Status == HttpStatusCode.ServiceUnavailable, $"{when}: {answer}");
                Assert.Contains($"ZooKeeper ({world.Proxy.ConnectionString}", answer.Message);
                await world.UntilNothingAsync(when);
            }

            // Where the garbage came too late for the first one, it meets this one, and looks like any error of ZooKeeper.
            var again = await world.UntilSubmittedAsync();
            if (again is { Status: HttpStatusCode.Conflict, Message: { } message } && message.StartsWith("The state is damaged", StringComparison.Ordinal))
            {
                // In the middle of what a znode holds garbage cannot be told from a znode that holds it.
                again = await world.UntilSubmittedAsync();
            }

            Assert.True(again.Status == HttpStatusCode.Created, $"{when}, again: {again}");
            await world.AssertWholeAsync(when);
            Assert.Equal(HttpStatusCode.OK, (await world.UntilKilledAsync()).Status);
            await world.AssertNothingAsync(when);
        }
    }
}
