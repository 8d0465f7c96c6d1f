// SPDX-License-Identifier: Apache-2.0
using Google.Protobuf;
using Heron.Core;
using Heron.Core.State;
using Heron.Testing.State;
using Heron.Testing.ZooKeeper;
using Heron.ZooKeeper;

namespace Heron.State.ZooKeeper.Tests;

/// <summary>What only ZooKeeper has: versions, access, ephemeral nodes, requests with a size.</summary>
public sealed class ZooKeeperStateManagerTests(SharedZooKeeper shared) : StoreTests(shared)
{
    [Fact]
    public async Task A_changed_packing_plan_is_set_in_place()
    {
        await using var manager = await Store.OpenAsync();
        await manager.RegisterTopologyAsync(Samples.Registration("a"), Token);
        var before = await Store.Observer.GetDataAsync(Store.Paths.PackingPlan("a"));

        await manager.SetPackingPlanAsync("a", Samples.Plan("a-id", 2), Token);

        var after = await Store.Observer.GetDataAsync(Store.Paths.PackingPlan("a"));
        Assert.Equal(before.Stat.CreatedZxid, after.Stat.CreatedZxid);
        Assert.Equal(before.Stat.Version + 1, after.Stat.Version);
    }

    [Fact]
    public async Task All_nodes_of_a_registration_are_made_by_one_transaction()
    {
        await using var manager = await Store.OpenAsync();
        await manager.RegisterTopologyAsync(Samples.Registration("a"), Token);

        var transactions = new[]
        {
            (await Store.Observer.GetDataAsync(Store.Paths.Topology("a"))).Stat.CreatedZxid,
            (await Store.Observer.GetDataAsync(Store.Paths.PackingPlan("a"))).Stat.CreatedZxid,
            (await Store.Observer.GetDataAsync(Store.Paths.ExecutionState("a"))).Stat.CreatedZxid,
        };
        Assert.Single(transactions.Distinct());
    }

    [Fact]
    public async Task No_directories_are_made_at_start_when_so_configured_but_by_a_registration()
    {
        await using var manager = await ZooKeeperStore.OpenAsync(Store.Options() with { InitializeTree = false });
        Assert.Empty(await manager.ListTopologiesAsync(Token));
        Assert.Null(await Store.Observer.ExistsAsync("/heron"));

        await manager.RegisterTopologyAsync(Samples.Registration("a"), Token);

        Assert.NotNull(await Store.Observer.ExistsAsync(Store.Paths.TManagers));
        Assert.Equal(["a"], await manager.ListTopologiesAsync(Token));
    }

    [Fact]
    public async Task A_root_of_several_parts_and_the_chroot_are_made()
    {
        string connection = $"{Shared.Server.ConnectionString}/deep-{Guid.NewGuid():n}/er";
        await using var manager = await ZooKeeperStore.OpenAsync(
            new ZooKeeperStateOptions("/a/b/heron", ZooKeeperOptions.For(connection)));

        await manager.RegisterTopologyAsync(Samples.Registration("a"), Token);

        await using var observer = ZooKeeperClient.Start(ZooKeeperOptions.For(connection));
        Assert.NotNull(await observer.ExistsAsync("/a/b/heron/topologies/a"));
    }

    [Fact]
    public async Task A_registration_that_no_request_can_hold_is_refused_and_harms_nothing()
    {
        await using var manager = await Store.OpenAsync();
        var before = await Store.ListAsync();
        var registration = Samples.Registration("a");
        registration.Topology.Spouts[0].Comp.ClassName = new string('x', 2_000_000);

        var error = await Assert.ThrowsAnyAsync<HeronException>(() => manager.RegisterTopologyAsync(registration, Token));

        Assert.Equal(FaultKind.TooLarge, error.Kind);
        Assert.Contains("jute.maxbuffer", error.Message);
        Assert.Equal(before.Select(n => n.Path), (await Store.ListAsync()).Select(n => n.Path));
        await manager.RegisterTopologyAsync(Samples.Registration("a"), Token);
    }

    [Fact]
    public async Task A_registration_nearly_as_large_as_a_request_fits()
    {
        await using var manager = await Store.OpenAsync();
        var registration = Samples.Registration("a");
        registration.Topology.Spouts[0].Comp.ClassName = new string('x', 890_000);

        await manager.RegisterTopologyAsync(registration, Token);

        Assert.Equal(registration.Topology.Spouts[0].Comp.ClassName, (await manager.GetTopologyAsync("a", Token))?.Spouts[0].Comp.ClassName);
    }

    [Fact]
    public async Task Scheduler_location_of_a_scheduler_that_runs_as_a_service_goes_with_its_owner()
    {
        await using var manager = await Store.OpenAsync();
        await manager.RegisterTopologyAsync(Samples.Registration("a"), Token);
        await Store.WriteAsync("schedulers/a", Samples.Scheduler("a").ToByteArray(), ephemeral: true);

        Assert.True(await manager.UnregisterTopologyAsync("a", null, Token));

        Assert.NotNull(await Store.ReadAsync("schedulers/a"));
    }

    [Fact]
    public async Task Configured_access_is_that_of_every_node_that_is_made()
    {
        var acl = AclText.Parse("world:anyone:rwcd,ip:127.0.0.1:crwda", new Core.Parts.Findings());
        await using var manager = await ZooKeeperStore.OpenAsync(Store.Options() with { Acl = acl });
        await manager.RegisterTopologyAsync(Samples.Registration("a"), Token);
        await manager.SetSchedulerLocationAsync(Samples.Scheduler("a"), Token);
        await using var held = await manager.TryLockAsync("a", StatePaths.UpdateTopologyLock, TimeSpan.Zero, Token);
        await Store.UntilDirectoriesAsync();

        var nodes = await Store.ListAsync();

        Assert.True(nodes.Count > 12);
        Assert.All(nodes, n => Assert.Equal(["world:anyone:15", "ip:127.0.0.1:31"], n.Acl));
    }

    [Fact]
    public async Task Access_that_is_missing_is_told()
    {
        await Store.Observer.CreateAsync("/heron", acl: Acl.ReadOnly);
        await using var manager = await ZooKeeperStore.OpenAsync(Store.Options());

        var error = await Assert.ThrowsAnyAsync<HeronException>(
            () => manager.RegisterTopologyAsync(Samples.Registration("a"), Token));

        Assert.Equal(FaultKind.Unavailable, error.Kind);
        Assert.Contains(ZooKeeperStateKeys.Acl, error.Message);
    }

    [Fact]
    public async Task A_call_before_the_start_is_a_mistake_that_is_told()
    {
        await using var manager = new ZooKeeperStateManager(
            Store.Options(), TimeProvider.System, Microsoft.Extensions.Logging.Abstractions.NullLoggerFactory.Instance);

        await Assert.ThrowsAsync<InvalidOperationException>(() => manager.ListTopologiesAsync(Token));
    }

    [Fact]
    public async Task A_cancelled_caller_leaves_nothing_behind()
    {
        await using var manager = await Store.OpenAsync();
        using var cancelled = new CancellationTokenSource();
        await cancelled.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            () => manager.RegisterTopologyAsync(Samples.Registration("a"), cancelled.Token));

        Assert.False(await manager.IsTopologyRunningAsync("a", Token));
    }

    [Fact]
    public async Task Lock_nodes_are_those_of_the_reference_and_go_with_a_kill()
    {
        await using var manager = await Store.OpenAsync();
        await manager.RegisterTopologyAsync(Samples.Registration("a"), Token);
        await using (await manager.TryLockAsync("a", StatePaths.UpdateTopologyLock, TimeSpan.Zero, Token))
        {
            string lease = Assert.Single(await Store.Observer.GetChildrenAsync("/heron/locks/a__updateTopology/leases") is { } children ? children.Names : []);
            Assert.Matches("^_c_[0-9a-f-]{36}-lease-[0-9]{10}$", lease);
        }

        await manager.UnregisterTopologyAsync("a", null, Token);

        Assert.Null(await Store.Observer.ExistsAsync("/heron/locks/a__updateTopology"));
    }

    [Fact]
    public async Task A_free_lock_is_had_however_slowly_ZooKeeper_answers()
    {
        await using var proxy = new BreakingProxy(Shared.Server.Port);
        proxy.Fault = new ProxyFault { Delay = TimeSpan.FromMilliseconds(250) };
        await using var manager = await ZooKeeperStore.OpenAsync(Store.Options(proxy.ConnectionString));

        await using var held = await manager.TryLockAsync("a", StatePaths.UpdateTopologyLock, TimeSpan.Zero, Token);

        Assert.NotNull(held);
    }

    [Fact]
    public async Task The_lock_of_a_holder_that_died_is_released_by_the_name_of_that_holder_only()
    {
        await using var manager = await Store.OpenAsync();
        await using var dead = await Store.OpenAsync();
        var held = await dead.TryLockAsync("a", StatePaths.UpdateTopologyLock, TimeSpan.Zero, Token);
        Assert.NotNull(held?.Owner);

        // Another session of this machine, the same session of another machine, and the holder itself, which lives.
        foreach (string owner in new[] { held.Owner[..^1] + "g", held.Owner[..^2] + "00", "0" + held.Owner, "" })
        {
            await manager.ReleaseLockAsync("a", StatePaths.UpdateTopologyLock, owner, Token);
        }

        await dead.ReleaseLockAsync("a", StatePaths.UpdateTopologyLock, held.Owner, Token);
        await manager.ReleaseLockAsync("b", StatePaths.UpdateTopologyLock, held.Owner, Token);
        Assert.Null(await manager.TryLockAsync("a", StatePaths.UpdateTopologyLock, TimeSpan.Zero, Token));

        await manager.ReleaseLockAsync("a", StatePaths.UpdateTopologyLock, held.Owner, Token);
        await using var next = await manager.TryLockAsync("a", StatePaths.UpdateTopologyLock, TimeSpan.Zero, Token);
        Assert.NotNull(next);
        Assert.NotEqual(held.Owner, next.Owner);
        await held.DisposeAsync();
        Assert.Null(await dead.TryLockAsync("a", StatePaths.UpdateTopologyLock, TimeSpan.Zero, Token));
    }

    [Fact]
    public async Task A_node_that_holds_garbage_is_told_by_its_path()
    {
        await using var manager = await Store.OpenAsync();
        await Store.Observer.CreateAsync(Store.Paths.ExecutionState("a"), new byte[] { 0xff, 0xff, 0xff });

        var error = await Assert.ThrowsAnyAsync<HeronException>(() => manager.GetExecutionStateAsync("a", Token));

        Assert.Equal(FaultKind.Conflict, error.Kind);
        Assert.Contains(Store.Paths.ExecutionState("a"), error.Message, StringComparison.Ordinal);
    }
}
