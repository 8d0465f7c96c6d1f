// SPDX-License-Identifier: Apache-2.0
using System.Collections.Concurrent;
using System.Diagnostics;
using Heron.Core;
using Heron.Core.State;
using Heron.Testing;
using Heron.Testing.State;
using Heron.Testing.ZooKeeper;
using Heron.ZooKeeper;

namespace Heron.State.ZooKeeper.Tests.Faults;

/// <summary>Servers that are killed, paused, emptied and started again.</summary>
public sealed class OutageTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task With_ZooKeeper_down_the_start_succeeds_calls_fail_in_time_and_all_recovers()
    {
        await using var server = await ZooKeeperServer.StartAsync();
        server.Kill();
        var options = new ZooKeeperStateOptions(
            "/heron",
            ZooKeeperOptions.For(server.ConnectionString + "/chroot") with
            {
                OperationTimeout = TimeSpan.FromSeconds(4),
                MaxReconnectDelay = TimeSpan.FromMilliseconds(200),
            });
        await using (await ZooKeeperStore.OpenAsync(options with { Client = options.Client with { OperationTimeout = TimeSpan.FromDays(1) } }))
        {
            // The start does not wait for ZooKeeper, or this would take the day.
        }

        await using var manager = await ZooKeeperStore.OpenAsync(options);

        Func<Task>[] calls =
        [
            () => manager.RegisterTopologyAsync(Samples.Registration("a"), Token),
            () => manager.UnregisterTopologyAsync("a", null, Token),
            () => manager.ListTopologiesAsync(Token),
            () => manager.SetPackingPlanAsync("a", Samples.Plan("a-id", 1), Token),
            () => manager.TryLockAsync("a", StatePaths.UpdateTopologyLock, TimeSpan.Zero, Token),
            () => manager.WaitForPhysicalPlanAsync("a", p => p is not null, TimeSpan.Zero, Token),
        ];
        var clock = Stopwatch.StartNew();
        var errors = await Task.WhenAll(calls.Select(call => Assert.ThrowsAnyAsync<HeronException>(call)));
        Assert.All(errors, e => Assert.Equal(FaultKind.Unavailable, e.Kind));
        Assert.All(errors, e => Assert.Contains(server.ConnectionString, e.Message));
        // All at once, none after another.
        Assert.InRange(clock.Elapsed.TotalSeconds, 1.5, 20);
        Assert.Contains(server.ConnectionString, await manager.CheckAsync(Token));

        await server.StartAgainAsync();
        await Poll.UntilAsync(
            async () => await manager.CheckAsync(Token) is null, () => "it does not recover");
        await using var observer = ZooKeeperClient.Start(ZooKeeperOptions.For(server.ConnectionString));
        await Poll.UntilAsync(
            async () => await observer.ExistsAsync("/chroot/heron/locks") is not null,
            () => "the directories are not made");
        await manager.RegisterTopologyAsync(Samples.Registration("a"), Token);
        Assert.Equal(["a"], await manager.ListTopologiesAsync(Token));
    }

    [Fact]
    public async Task Kill_minus_9_of_the_only_server_under_load_leaves_whole_topologies_or_none()
    {
        await using var server = await ZooKeeperServer.StartAsync();
        await using var store = await ZooKeeperStore.CreateAsync(server.ConnectionString);
        await CheckUnderLoadAsync(
            store,
            async () =>
            {
                server.Kill();
                await server.StartAgainAsync();
            });
    }

    [Fact]
    public async Task Death_of_the_leader_under_load_leaves_whole_topologies_or_none()
    {
        await using var ensemble = await ZooKeeperEnsemble.StartAsync();
        await using var store = await ZooKeeperStore.CreateAsync(ensemble.ConnectionString);
        await CheckUnderLoadAsync(
            store,
            async () => (await ensemble.LeaderAsync()).Kill());
    }

    [Fact]
    public async Task A_server_that_pauses_costs_the_session_the_lock_and_the_registration_but_nothing_stays()
    {
        await using var server = await ZooKeeperServer.StartAsync();
        await using var store = await ZooKeeperStore.CreateAsync(server.ConnectionString);
        var options = store.Options();
        await using var manager = await ZooKeeperStore.OpenAsync(options with
        {
            Client = options.Client with
            {
                SessionTimeout = TimeSpan.FromSeconds(5),
                OperationTimeout = TimeSpan.FromSeconds(5),
                MaxReconnectDelay = TimeSpan.FromMilliseconds(200),
            },
        });
        await store.UntilDirectoriesAsync();
        await using var held = await manager.TryLockAsync("a", StatePaths.UpdateTopologyLock, TimeSpan.Zero, Token);
        Assert.NotNull(held);
        var lost = new TaskCompletionSource();
        await using var registered = held.Lost.Register(lost.SetResult);

        await server.PauseAsync();
        var error = await Assert.ThrowsAnyAsync<HeronException>(
            () => manager.RegisterTopologyAsync(Samples.Registration("a"), Token));
        Assert.Equal(FaultKind.Unavailable, error.Kind);
        await lost.Task.WaitAsync(Poll.Limit, Token);

        server.Resume();
        await Poll.UntilAsync(
            async () => await manager.CheckAsync(Token) is null, () => "it does not recover");
        await StateInvariants.UntilGoneAsync(store, "a");
        await using var again = await manager.TryLockAsync("a", StatePaths.UpdateTopologyLock, Poll.Limit, Token);
        Assert.NotNull(again);
        await manager.RegisterTopologyAsync(Samples.Registration("a", "a-2"), Token);
        Assert.Equal("a-2", await StateInvariants.IdOfAsync(store, "a"));
    }

    [Fact]
    public async Task A_wait_outlives_the_server_its_data_and_the_session()
    {
        await using var server = await ZooKeeperServer.StartAsync();
        await using var store = await ZooKeeperStore.CreateAsync(server.ConnectionString, TimeSpan.FromSeconds(4));
        await using var manager = await store.OpenAsync();
        await store.WriteAsync("pplans/a", Google.Protobuf.MessageExtensions.ToByteArray(Samples.Physical("a", "a-1")));
        var wait = manager.WaitForPhysicalPlanAsync("a", p => p?.Topology.Id == "a-2", Poll.Limit, Token);

        server.Kill();
        await server.StartAgainAsync();
        await Poll.UntilAsync(
            async () => await manager.CheckAsync(Token) is null, () => "it does not recover");
        Assert.False(wait.IsCompleted);
        server.Kill();
        server.EmptyDataFolder();
        await server.StartAgainAsync();
        await store.Observer.EnsureRootAsync();
        await store.UntilDirectoriesAsync();
        await store.WriteAsync("pplans/a", Google.Protobuf.MessageExtensions.ToByteArray(Samples.Physical("a", "a-2")));

        Assert.Equal("a-2", (await wait)?.Topology.Id);
    }

    /// <summary>Registers and removes topologies from several sides while something happens to the servers.</summary>
    private static async Task CheckUnderLoadAsync(ZooKeeperStore store, Func<Task> disaster)
    {
        var options = store.Options();
        await using var manager = await ZooKeeperStore.OpenAsync(options with
        {
            Client = options.Client with
            {
                OperationTimeout = TimeSpan.FromSeconds(6),
                MaxReconnectDelay = TimeSpan.FromMilliseconds(300),
            },
        });
        await store.UntilDirectoriesAsync();
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Token);
        var expected = new ConcurrentDictionary<string, bool?>();
        int number = 0;
        var workers = Enumerable.Range(0, 3).Select(_ => Task.Run(
            async () =>
            {
                while (!stop.IsCancellationRequested)
                {
                    int i = Interlocked.Increment(ref number);
                    string name = $"t{i}";
                    expected[name] = await TryAsync(() => manager.RegisterTopologyAsync(Samples.Registration(name), Token));
                    if (expected[name] == true && i % 2 == 0)
                    {
                        // A removal that failed may have happened or not; a registration that failed must be gone.
                        expected[name] = await TryAsync(() => manager.UnregisterTopologyAsync(name, null, Token)) ? false : null;
                    }

                    await Task.Delay(15, Token);
                }
            },
            Token)).ToList();
        await Poll.UntilAsync(() => Volatile.Read(ref number) > 30, "nothing is registered");
        await disaster();
        int after = Volatile.Read(ref number);
        await Poll.UntilAsync(() => Volatile.Read(ref number) > after + 30, "it does not recover");
        await stop.CancelAsync();
        await Task.WhenAll(workers);

        foreach (var (name, running) in expected)
        {
            switch (running)
            {
                case true:
                    Assert.Equal(name + "-id", await StateInvariants.IdOfAsync(store, name));
                    break;
                case false:
                    await StateInvariants.UntilGoneAsync(store, name);
                    break;
                default:
                    await StateInvariants.IdOfAsync(store, name);
                    break;
            }
        }
    }

    private static async Task<bool> TryAsync(Func<Task> call)
    {
        try
        {
            await call();
            return true;
        }
        catch (HeronException e) when (e.Kind == FaultKind.Unavailable)
        {
            return false;
        }
    }
}
