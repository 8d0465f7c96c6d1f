// SPDX-License-Identifier: Apache-2.0
using Heron.Testing;
using Heron.Testing.ZooKeeper;
using Heron.ZooKeeper.Tests.Fakes;
using Heron.ZooKeeper.Tests.Servers;

namespace Heron.ZooKeeper.Tests.Faults;

/// <summary>A link that breaks in every way. Invariant: no hang, no lost watch, nothing twice, recovery without help.</summary>
[Trait("Category", Soak.Category)]
public sealed class ProxyFaultTests(SingleServer shared)
{
    [Fact]
    public async Task The_link_is_cut_again_and_again_under_load()
    {
        await RoundsAsync(Soak.Pick(6, 200), (proxy, _) =>
        {
            proxy.CutAll();
            return Task.CompletedTask;
        });
    }

    [Fact]
    public async Task The_link_delays_everything()
    {
        await RoundsAsync(1, async (proxy, client) =>
        {
            proxy.Fault = new ProxyFault { Delay = TimeSpan.FromMilliseconds(80) };
            proxy.CutAll();
            await client.Feed(s => s.Connections >= 2);
        });
    }

    [Fact]
    public async Task The_link_swallows_answers()
    {
        await RoundsAsync(Soak.Pick(1, 20), async (proxy, client) =>
        {
            long connections = client.Status.Connections;
            proxy.Fault = new ProxyFault { SwallowDownAfter = 41 + 200 };
            proxy.CutAll();
            await client.Feed(s => s.Connections > connections + 1);
            proxy.Fault = ProxyFault.None;
        });
    }

    [Fact]
    public async Task The_link_swallows_requests()
    {
        await RoundsAsync(Soak.Pick(1, 20), async (proxy, client) =>
        {
            long connections = client.Status.Connections;
            proxy.Fault = new ProxyFault { SwallowUpAfter = 49 + 300 };
            proxy.CutAll();
            await client.Feed(s => s.Connections > connections + 1);
            proxy.Fault = ProxyFault.None;
        });
    }

    [Fact]
    public async Task The_link_turns_answers_into_garbage()
    {
        var random = new Random(4711);
        await RoundsAsync(Soak.Pick(10, 300), async (proxy, client) =>
        {
            long connections = client.Status.Connections;
            proxy.Fault = new ProxyFault { GarbleDownAfter = random.Next(600) };
            int before = proxy.Connections;
            proxy.CutAll();
            await Poll.UntilAsync(() => proxy.Connections > before + 1, "the client holds on to a connection that brings garbage");
            proxy.Fault = ProxyFault.None;
            await client.Feed(s => s.Connections > connections);
        }, sessionMayEnd: true);
    }

    private async Task RoundsAsync(int rounds, Func<BreakingProxy, ZooKeeperClient, Task> fault, bool sessionMayEnd = false)
    {
        await using ZooKeeperClient direct = await shared.ClientAsync();
        await using var proxy = new BreakingProxy(shared.Server.Port);
        ZooKeeperClient client = ZooKeeperClient.Start(direct.Options with
        {
            Servers = ConnectionString.Parse(proxy.ConnectionString + direct.Options.Servers.Chroot),

            // A silent connection is given up after two thirds of it; the rest is for a busy machine to save the session.
            SessionTimeout = TimeSpan.FromSeconds(sessionMayEnd ? 4 : 12),
            OperationTimeout = Poll.Limit,
            MaxReconnectDelay = TimeSpan.FromMilliseconds(100),
        });
        await using var work = await Workload.StartAsync(client, queue: !sessionMayEnd, garbage: sessionMayEnd);
        for (int i = 0; i < rounds; i++)
        {
            await fault(proxy, client);
            await work.ProgressAsync();
        }

        if (!sessionMayEnd)
        {
            Assert.Equal(0, client.Status.Epoch);
        }

        await work.CheckAsync(direct);
    }
}
