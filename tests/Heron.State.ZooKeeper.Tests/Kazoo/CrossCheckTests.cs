// SPDX-License-Identifier: Apache-2.0
using Heron.Core.Protobuf;
using Heron.Core.State;
using Heron.Testing.State;
using Heron.Testing.ZooKeeper;
using Heron.Testing;

namespace Heron.State.ZooKeeper.Tests.Kazoo;

/// <summary>Znodes of ours are read by code that is not ours, and the other way round.</summary>
public sealed class CrossCheckTests(SharedZooKeeper shared, HeronPython python) : StoreTests(shared)
{
    [Fact]
    public async Task What_we_write_kazoo_and_the_messages_of_Heron_read()
    {
        await using var manager = await Store.OpenAsync();
        await manager.RegisterTopologyAsync(Samples.Registration("a"), Token);
        await manager.SetPackingPlanAsync("a", Samples.Plan("a-id", 3), Token);
        await manager.SetSchedulerLocationAsync(Samples.Scheduler("a"), Token);

        Assert.Equal(
            [
                "topologies version 0 owner 0 acl world:anyone:31",
                "id a-id serialized 0",
                "packingplans version 1 owner 0 acl world:anyone:31",
                "containers 1,2,3",
                "executionstate version 0 owner 0 acl world:anyone:31",
                "role ads environ devel cluster nomad since 1795338355",
                "schedulers version 0 owner 0 acl world:anyone:31",
                "page http://127.0.0.1:4646/ui/jobs",
                "pplans absent",
                "tmanagers absent",
            ],
            await python.RunAsync(Store.Connection, "read", "a"));
    }

    [Fact]
    public async Task What_daemons_write_we_read_and_their_end_we_notice()
    {
        await using var manager = await Store.OpenAsync();
        var appears = manager.WaitForPhysicalPlanAsync("a", p => p is not null, Poll.Limit, Token);
        using var daemons = python.Start(Store.Connection, "write", "a");
        await daemons.ExpectAsync("ready");

        var plan = await appears;
        var location = await manager.GetTManagerLocationAsync("a", Token);
        Assert.Equal(("10.0.0.7", 1, "a-id"), (location?.Host, location?.ControllerPort, location?.TopologyId));
        Assert.Equal(TopologyState.Paused, plan?.Topology.State);
        Assert.Equal(5, plan?.Stmgrs[0].ShellPort);

        await daemons.FinishAsync();
        await UntilLocationIsGoneAsync(manager);
    }

    [Fact]
    public async Task A_topology_that_another_tool_submitted_is_read_updated_and_removed()
    {
        await python.RunAsync(Store.Connection, "submit", "a");
        await using var manager = await Store.OpenAsync();

        Assert.Equal(["a"], await manager.ListTopologiesAsync(Token));
        Assert.Equal("a-id", (await manager.GetTopologyAsync("a", Token))?.Id);
        Assert.Equal(string.Empty, (await manager.GetExecutionStateAsync("a", Token))?.Environ);
        await manager.SetPackingPlanAsync("a", Samples.Plan("a-id", 2), Token);
        Assert.Contains("containers 1,2", await python.RunAsync(Store.Connection, "read", "a"));
        Assert.True(await manager.UnregisterTopologyAsync("a", "a-id", Token));
        Assert.DoesNotContain(await Store.ListAsync(), n => n.Path.Contains('/'));
    }

    [Fact]
    public async Task A_tracker_never_sees_a_topology_without_its_execution_state()
    {
        await using var manager = await Store.OpenAsync();
        using var tracker = python.Start(Store.Connection, "track");
        await tracker.ExpectAsync("ready");
        for (int i = 0; i < 60; i++)
        {
            await manager.RegisterTopologyAsync(Samples.Registration($"t{i}"), Token);
            if (i % 3 != 0)
            {
                await manager.UnregisterTopologyAsync($"t{i}", null, Token);
            }
        }

        string[] said = Assert.Single(await tracker.FinishAsync()).Split(' ');

        Assert.Equal("faults", said[2]);
        Assert.Equal("0", said[3]);
        Assert.InRange(int.Parse(said[1]), 20, 60);
    }

    [Theory]
    [InlineData("hold")]
    [InlineData("hold_kazoo")]
    public async Task A_lock_held_by_another_tool_is_respected_until_it_is_given_up(string recipe)
    {
        await using var manager = await Store.OpenAsync();
        using var holder = python.Start(Store.Connection, recipe, Store.Paths.Lock("a", StatePaths.UpdateTopologyLock));
        await holder.ExpectAsync("ready");

        Assert.Null(await manager.TryLockAsync("a", StatePaths.UpdateTopologyLock, TimeSpan.Zero, Token));
        var waiting = manager.TryLockAsync("a", StatePaths.UpdateTopologyLock, Poll.Limit, Token);
        Assert.Equal(["given up"], await holder.FinishAsync());

        await using var taken = await waiting;
        Assert.NotNull(taken);
    }

    [Fact]
    public async Task Nodes_of_a_killed_daemon_go_when_its_session_ends()
    {
        await using var manager = await Store.OpenAsync();
        using (var daemons = python.Start(Store.Connection, "write", "a"))
        {
            await daemons.ExpectAsync("ready");
        }

        Assert.NotNull(await manager.GetTManagerLocationAsync("a", Token));
        await UntilLocationIsGoneAsync(manager);
    }

    [Fact]
    public async Task A_lock_of_ours_makes_Curators_recipe_wait()
    {
        await using var manager = await Store.OpenAsync();
        var held = await manager.TryLockAsync("a", StatePaths.UpdateTopologyLock, TimeSpan.Zero, Token);
        Assert.NotNull(held);
        using var other = python.Start(Store.Connection, "acquire", Store.Paths.Lock("a", StatePaths.UpdateTopologyLock));
        await other.ExpectAsync("waiting");
        var acquired = other.LineAsync();
        Assert.Null(await manager.GetTopologyAsync("a", Token));
        Assert.False(acquired.IsCompleted);

        await held.DisposeAsync();

        Assert.Equal("acquired", await acquired);
    }

    private static Task UntilLocationIsGoneAsync(IStateManager manager) => Poll.UntilAsync(
        async () => await manager.GetTManagerLocationAsync("a", Token) is null, () => "the location outlives its daemon");
}
