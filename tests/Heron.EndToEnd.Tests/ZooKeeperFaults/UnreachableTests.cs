// SPDX-License-Identifier: Apache-2.0
using System.Net;
using Heron.Testing;
using Heron.Testing.ZooKeeper;

namespace Heron.EndToEnd.Tests.ZooKeeperFaults;

/// <summary>ZooKeeper runs, and the way to it is silent or leads nowhere.</summary>
[Trait("Category", Soak.Category)]
public sealed class UnreachableTests(SharedZooKeeper shared)
{
    [Fact]
    public async Task A_ZooKeeper_that_falls_silent_anywhere_in_a_submission_makes_it_fail_in_time_with_nothing_left_behind()
    {
        await using var world = await FaultWorld.StartAsync(shared.Server, Patience.Short);
        var bytes = await world.MeasureAsync(
            up: false, async () => Assert.Equal(HttpStatusCode.Created, (await world.SubmitAsync()).Status));
        await world.KillAsync();
        foreach (long n in bytes.Points(Soak.Pick(5, 100)))
        {
            string when = $"silent after {n} of {bytes}";
            await world.ReconnectAsync(new ProxyFault { SwallowDownAfter = n });
            var answer = await world.SubmitAsync(Patience.ShortInTime);

            // The silent connection is given up after two thirds of the session timeout; here it is cut.
            world.Proxy.CutAll();
            if (answer.Status != HttpStatusCode.Created)
            {
                world.AssertUnavailable(answer);
                await world.UntilNothingAsync(when);
            }

            Assert.Equal(HttpStatusCode.Created, (await world.UntilSubmittedAsync()).Status);
            await world.AssertWholeAsync(when);
            Assert.Equal(HttpStatusCode.OK, (await world.UntilKilledAsync()).Status);
        }
    }

    [Fact]
    public async Task One_host_name_of_three_that_does_not_resolve_is_no_hindrance()
    {
        await using var world = await FaultWorld.PrepareAsync(shared.Server, Patience.Long);
        await world.StartServerAsync($"localhost:{world.Proxy.Port},no-such-host.invalid:2181,127.0.0.1:{world.Proxy.Port}");
        for (int round = 0; round < 6; round++)
        {
            Assert.Equal(HttpStatusCode.Created, (await world.SubmitAsync()).Status);
            await world.AssertWholeAsync($"round {round}");
            Assert.Equal(HttpStatusCode.OK, (await world.KillAsync()).Status);
            await world.AssertNothingAsync($"round {round}");

            // Each new connection may try the wrong name first.
            world.Proxy.CutAll();
        }
    }

    [Fact]
    public async Task A_server_that_takes_connections_and_never_answers_counts_as_away()
    {
        await using var world = await FaultWorld.StartAsync(shared.Server, Patience.Short);
        world.Otherwise = new ProxyFault { SwallowDownAfter = 0 };
        world.Proxy.CutAll();
        world.AssertUnavailable(await world.SubmitAsync(Patience.ShortInTime));
        await world.AssertNothingAsync("silence");

        // The connection whose handshake was swallowed is still open: giving it up is the server's own business.
        world.Otherwise = ProxyFault.None;
        Assert.Equal(HttpStatusCode.Created, (await world.UntilSubmittedAsync()).Status);
        await world.AssertWholeAsync("after the silence");
    }
}
