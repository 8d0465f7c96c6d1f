// SPDX-License-Identifier: Apache-2.0
using System.Diagnostics;
using Google.Protobuf;
using Heron.Core.State;
using Heron.Testing.State;
using Heron.Testing.ZooKeeper;
using Heron.ZooKeeper;

namespace Heron.State.ZooKeeper.Tests;

/// <summary>The view of a state in ZooKeeper: the suite of all views, outages, and what it costs.</summary>
public sealed class ZooKeeperViewTests(SharedZooKeeper shared) : StateViewConformance
{
    protected override async Task<IStateStore> OpenStoreAsync() =>
        await ZooKeeperStore.CreateAsync(shared.Server.ConnectionString);

    [Fact]
    public async Task Looking_asks_the_servers_for_nothing()
    {
        await using var proxy = new BreakingProxy(shared.Server.Port);
        await using var manager = await ZooKeeperStore.OpenAsync(((ZooKeeperStore)Store).Options(proxy.ConnectionString));
        for (int i = 0; i < 20; i++)
        {
            await Manager.RegisterTopologyAsync(Samples.Registration($"t{i}"), Token);
        }

        await UntilAsync(v => v.Topologies.Count == 20, manager.View);
        await manager.View.CatchUpAsync("t0", Token);
        long before = proxy.BytesUp;
        for (int i = 0; i < 10_000; i++)
        {
            Assert.Equal(20, (await manager.View.GetAsync(Token)).Topologies.Count);
        }

        Assert.Null(await manager.CheckAsync(Token));

        // One request and perhaps pings.
        Assert.InRange(proxy.BytesUp - before, 1, 300);
    }

    [Fact]
    public async Task A_lost_connection_is_told_and_what_it_missed_shows_afterwards()
    {
        await using var proxy = new BreakingProxy(shared.Server.Port);
        var options = ((ZooKeeperStore)Store).Options(proxy.ConnectionString);
        await using var manager = await ZooKeeperStore.OpenAsync(
            options with { Client = options.Client with { MaxReconnectDelay = TimeSpan.FromMilliseconds(100) } });
        await Manager.RegisterTopologyAsync(Samples.Registration("a"), Token);
        await Manager.RegisterTopologyAsync(Samples.Registration("b"), Token);
        await UntilAsync(v => v is { Topologies.Count: 2, Stale: null }, manager.View);

        proxy.Fault = new ProxyFault { Refuse = true };
        proxy.CutAll();
        var stale = await UntilAsync(v => v.Stale is not null, manager.View);
        Assert.Equal(2, stale.Topologies.Count);
        Assert.StartsWith($"ZooKeeper ({options.Client.Servers}) cannot be reached", stale.Stale!.Reason, StringComparison.Ordinal);
        Assert.Contains("check heron.statemgr.connection.string and that a server runs there", stale.Stale.Reason, StringComparison.Ordinal);
        await Manager.UnregisterTopologyAsync("a", null, Token);
        await Manager.SetPackingPlanAsync("b", Samples.Plan("b-id", 4), Token);
        await Store.WriteAsync("pplans/b", Samples.Physical("b", "b-id").ToByteArray());
        await Manager.RegisterTopologyAsync(Samples.Registration("c"), Token);
        proxy.Fault = ProxyFault.None;

        var again = await UntilAsync(v => v.Stale is null, manager.View);
        again = await UntilAsync(
            v => v.Find("a") is null && v.Find("b") is { PhysicalPlan.Value: not null, PackingPlan.Value.ContainerPlans.Count: 4 }, manager.View);
        Assert.Equal(["b", "c"], again.Topologies.Select(t => t.Name));
    }

    [Fact]
    public async Task Servers_that_lose_session_and_data_are_followed_all_the_same()
    {
        await using var server = await ZooKeeperServer.StartAsync();
        await using var store = await ZooKeeperStore.CreateAsync(server.ConnectionString, TimeSpan.FromSeconds(4));
        await using var manager = await store.OpenAsync();
        await manager.RegisterTopologyAsync(Samples.Registration("a"), Token);
        await UntilAsync(v => v.Find("a") is not null, manager.View);

        server.Kill();
        await UntilAsync(v => v.Stale is not null && v.Find("a") is not null, manager.View);
        server.EmptyDataFolder();
        await server.StartAgainAsync();
        await store.Observer.EnsureRootAsync();
        await UntilAsync(v => v.Topologies.Count == 0, manager.View);
        await store.UntilDirectoriesAsync();
        await manager.RegisterTopologyAsync(Samples.Registration("b"), Token);

        Assert.Equal("b-id", (await UntilAsync(v => v is { Stale: null, Topologies.Count: 1 }, manager.View)).Topologies[0].Id);
    }

    [Fact]
    public async Task A_store_that_never_answered_is_away_and_no_empty_list()
    {
        await using var nothing = new BreakingProxy(1) { Fault = new ProxyFault { Refuse = true } };
        await using var manager = await ZooKeeperStore.OpenAsync(new ZooKeeperStateOptions(
            "/heron", ZooKeeperOptions.For(nothing.ConnectionString) with { OperationTimeout = TimeSpan.FromMilliseconds(300) }));

        var error = await Assert.ThrowsAsync<StateStoreAwayException>(() => manager.View.GetAsync(Token).AsTask());

        Assert.StartsWith($"ZooKeeper ({nothing.ConnectionString}) cannot be reached", error.Message, StringComparison.Ordinal);
        Assert.EndsWith("check heron.statemgr.connection.string and that a server runs there", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("Sync", error.Message, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task Two_thousand_topologies_are_known_soon_and_a_change_of_one_costs_a_few_reads()
    {
        const int Count = 2000;
        var store = (ZooKeeperStore)Store;
        await Parallel.ForEachAsync(Enumerable.Range(0, Count), Token, async (i, token) =>
        {
            string name = $"t{i:0000}";
            await store.Observer.MultiAsync(
                [
                    Operation.Create($"/heron/packingplans/{name}", Samples.Plan(name + "-id", 5).ToByteArray()),
                    Operation.Create($"/heron/executionstate/{name}", Samples.Execution(name, name + "-id").ToByteArray()),
                    Operation.Create($"/heron/pplans/{name}", Samples.Physical(name, name + "-id").ToByteArray()),
                    Operation.Create($"/heron/topologies/{name}", Samples.Definition(name, name + "-id").ToByteArray()),
                ],
                cancellationToken: token);
        });
        await using var proxy = new BreakingProxy(shared.Server.Port);
        var clock = Stopwatch.StartNew();
        await using var manager = await ZooKeeperStore.OpenAsync(store.Options(proxy.ConnectionString));
        var seen = await UntilAsync(v => v is { Topologies.Count: Count, Stale: null }, manager.View);
        TestContext.Current.TestOutputHelper?.WriteLine($"{Count} topologies known after {clock.ElapsedMilliseconds} ms, {proxy.BytesDown} bytes");
        Assert.All(seen.Topologies, t => Assert.Empty(t.Damages));

        long before = proxy.BytesUp;
        clock.Restart();
        await store.WriteAsync("pplans/t0999", Samples.Physical("t0999", "t0999-id", Core.Protobuf.TopologyState.Paused).ToByteArray());
        await UntilAsync(v => v.Find("t0999")?.PhysicalPlan.Value?.Topology.State == Core.Protobuf.TopologyState.Paused, manager.View);
        Assert.InRange(clock.Elapsed, TimeSpan.Zero, TimeSpan.FromSeconds(2));
        Assert.InRange(proxy.BytesUp - before, 1, 1000);
    }
}
