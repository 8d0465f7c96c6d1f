// SPDX-License-Identifier: Apache-2.0
using System.Collections.Concurrent;
using Google.Protobuf;
using Heron.Core;
using Heron.Core.Protobuf;
using Heron.Core.State;
using Xunit;

namespace Heron.Testing.State;

/// <summary>What every state manager owes its callers and the readers of its store, whatever the store.</summary>
public abstract class StateManagerConformance : StateStoreTests
{
    [Fact]
    public async Task Start_makes_every_directory_and_nothing_else()
    {
        await Manager.RegisterTopologyAsync(Samples.Registration("a"), Token);
        await Manager.UnregisterTopologyAsync("a", null, Token);

        Assert.Equal(
            [
                "executionstate", "locks", "metricscaches", "packingplans", "pplans", "schedulers",
                "statefulcheckpoints", "tmanagers", "topologies",
            ],
            await PathsAsync());
    }

    [Fact]
    public Task A_started_store_answers()
    {
        // A check has so little time that a busy machine may need a second one.
        string? wrong = null;
        return Poll.UntilAsync(async () => (wrong = await Manager.CheckAsync(Token)) is null, () => $"the check says: {wrong}");
    }

    [Fact]
    public async Task Registered_topology_runs_and_has_plan_and_execution_state()
    {
        var registration = Samples.Registration("a");
        await Manager.RegisterTopologyAsync(registration, Token);

        Assert.True(await Manager.IsTopologyRunningAsync("a", Token));
        Assert.Equal(["a"], await Manager.ListTopologiesAsync(Token));
        Assert.Equal(registration.PackingPlan, await Manager.GetPackingPlanAsync("a", Token));
        Assert.Equal(registration.ExecutionState, await Manager.GetExecutionStateAsync("a", Token));
        Assert.Equal(registration.PackingPlan.ToByteArray(), await Store.ReadAsync("packingplans/a"));
        Assert.Equal(registration.ExecutionState.ToByteArray(), await Store.ReadAsync("executionstate/a"));
    }

    [Fact]
    public async Task Stored_topology_lacks_serialized_objects_and_the_given_one_keeps_them()
    {
        var registration = Samples.Registration("a");
        await Manager.RegisterTopologyAsync(registration, Token);

        var stored = await Manager.GetTopologyAsync("a", Token);
        Assert.NotNull(stored);
        Assert.False(stored.Spouts[0].Comp.HasSerializedObject);
        Assert.False(stored.Bolts[0].Comp.HasSerializedObject);
        Assert.Equal("org.example.count", stored.Bolts[0].Comp.ClassName);
        Assert.Equal(16, registration.Topology.Spouts[0].Comp.SerializedObject.Length);
    }

    [Fact]
    public async Task Second_registration_conflicts_and_changes_nothing()
    {
        await Manager.RegisterTopologyAsync(Samples.Registration("a", "a-1"), Token);
        var before = await Store.ListAsync();

        var error = await Assert.ThrowsAnyAsync<HeronException>(
            () => Manager.RegisterTopologyAsync(Samples.Registration("a", "a-2"), Token));

        Assert.Equal(FaultKind.Conflict, error.Kind);
        Assert.Equal("Topology 'a' already exists", error.Message);
        AssertSame(before, await Store.ListAsync());
    }

    [Fact]
    public async Task Of_concurrent_registrations_one_wins_and_every_node_is_its()
    {
        var other = await OpenAsync();
        for (int round = 0; round < 5; round++)
        {
            string name = $"race{round}";
            var outcomes = await Task.WhenAll(Enumerable.Range(0, 8).Select(async i =>
            {
                string id = $"{name}-{i}";
                try
                {
                    await (i % 2 == 0 ? Manager : other).RegisterTopologyAsync(Samples.Registration(name, id), Token);
                    return id;
                }
                catch (HeronException e) when (e.Kind == FaultKind.Conflict)
                {
                    return null;
                }
            }));

            string winner = Assert.Single(outcomes.OfType<string>());
            Assert.Equal(winner, (await Manager.GetTopologyAsync(name, Token))?.Id);
            Assert.Equal(winner, (await Manager.GetExecutionStateAsync(name, Token))?.TopologyId);
            Assert.Equal(winner, (await Manager.GetPackingPlanAsync(name, Token))?.Id);
        }
    }

    [Fact]
    public async Task No_reader_sees_a_topology_without_its_execution_state()
    {
        bool stop = false;
        var seen = new ConcurrentDictionary<string, bool>();
        var reader = Task.Run(
            async () =>
            {
                while (!Volatile.Read(ref stop))
                {
                    foreach (string name in await Store.NamesAsync("topologies"))
                    {
                        seen[name] = true;
                        if (await Store.ReadAsync("executionstate/" + name) is null)
                        {
                            // No name is ever used again: it may only be missing because the topology went meanwhile.
                            Assert.Null(await Store.ReadAsync("topologies/" + name));
                        }
                    }
                }
            },
            Token);
        for (int i = 0; i < 60; i++)
        {
            await Manager.RegisterTopologyAsync(Samples.Registration($"t{i}"), Token);
            if (i >= 10)
            {
                await Manager.UnregisterTopologyAsync($"t{i - 10}", null, Token);
            }
        }

        await Poll.UntilAsync(() => reader.IsCompleted || seen.ContainsKey("t59"), "the reader to see the last topology");
        Volatile.Write(ref stop, true);
        await reader;
    }

    [Fact]
    public async Task Topologies_are_listed_in_ordinal_order()
    {
        foreach (string name in new[] { "b", "a-b", "B", "a", "a_b" })
        {
            await Manager.RegisterTopologyAsync(Samples.Registration(name), Token);
        }

        Assert.Equal(["B", "a", "a-b", "a_b", "b"], await Manager.ListTopologiesAsync(Token));
    }

    [Fact]
    public async Task Unregistering_removes_every_node_of_that_topology_only()
    {
        foreach (string name in new[] { "a", "ab" })
        {
            await Manager.RegisterTopologyAsync(Samples.Registration(name), Token);
            await Manager.SetSchedulerLocationAsync(Samples.Scheduler(name), Token);
            await Store.WriteAsync("pplans/" + name, Samples.Physical(name, name + "-id").ToByteArray());
            await Store.WriteAsync("statefulcheckpoints/" + name, [1]);
        }

        Assert.True(await Manager.UnregisterTopologyAsync("a", null, Token));

        Assert.Equal(
            [
                "executionstate/ab", "packingplans/ab", "pplans/ab", "schedulers/ab",
                "statefulcheckpoints/a", "statefulcheckpoints/ab", "topologies/ab",
            ],
            (await PathsAsync()).Where(p => p.Contains('/')));
        Assert.False(await Manager.IsTopologyRunningAsync("a", Token));
        Assert.False(await Manager.UnregisterTopologyAsync("a", null, Token));
    }

    [Fact]
    public async Task Nodes_of_daemons_go_with_the_topology_unless_their_owner_takes_them_along()
    {
        await Manager.RegisterTopologyAsync(Samples.Registration("a"), Token);
        await Store.WriteAsync("tmanagers/a", Samples.TManager("a", "a-id").ToByteArray(), ephemeral: true);
        await Store.WriteAsync("metricscaches/a", [1], ephemeral: true);

        await Manager.UnregisterTopologyAsync("a", null, Token);

        Assert.Equal(Store.HasEphemeralNodes, await Store.ReadAsync("tmanagers/a") is not null);
        Assert.Equal(Store.HasEphemeralNodes, await Store.ReadAsync("metricscaches/a") is not null);
    }

    [Fact]
    public async Task Unregistering_with_another_id_removes_nothing()
    {
        await Manager.RegisterTopologyAsync(Samples.Registration("a", "a-1"), Token);
        var before = await Store.ListAsync();

        Assert.False(await Manager.UnregisterTopologyAsync("a", "a-2", Token));
        AssertSame(before, await Store.ListAsync());

        Assert.True(await Manager.UnregisterTopologyAsync("a", "a-1", Token));
        Assert.DoesNotContain(await PathsAsync(), p => p.Contains('/'));
    }

    [Fact]
    public async Task Leftovers_of_an_interrupted_operation_are_removed_by_the_next_kill()
    {
        await Store.WriteAsync("executionstate/a", Samples.Execution("a", "a-1").ToByteArray());
        await Store.WriteAsync("packingplans/a", Samples.Plan("a-1", 1).ToByteArray());
        await Store.WriteAsync("pplans/a", Samples.Physical("a", "a-1").ToByteArray());

        Assert.False(await Manager.UnregisterTopologyAsync("a", "a-2", Token));
        Assert.NotNull(await Store.ReadAsync("executionstate/a"));

        Assert.False(await Manager.UnregisterTopologyAsync("a", "a-1", Token));
        Assert.DoesNotContain(await PathsAsync(), p => p.Contains('/'));
    }

    [Fact]
    public async Task Leftovers_of_an_interrupted_operation_do_not_hinder_a_registration()
    {
        await Store.WriteAsync("executionstate/a", Samples.Execution("a", "a-1").ToByteArray());
        await Store.WriteAsync("packingplans/a", Samples.Plan("a-1", 3).ToByteArray());
        await Store.WriteAsync("schedulers/a", Samples.Scheduler("old").ToByteArray());

        await Manager.RegisterTopologyAsync(Samples.Registration("a", "a-2"), Token);

        Assert.Equal("a-2", (await Manager.GetExecutionStateAsync("a", Token))?.TopologyId);
        Assert.Equal("a-2", (await Manager.GetPackingPlanAsync("a", Token))?.Id);
        await Manager.SetSchedulerLocationAsync(Samples.Scheduler("a"), Token);
        Assert.Equal(Samples.Scheduler("a"), await Manager.GetSchedulerLocationAsync("a", Token));
    }

    [Theory]
    [InlineData(PublishingDaemon.TManager, "tmanagers/a")]
    [InlineData(PublishingDaemon.MetricsCache, "metricscaches/a")]
    public async Task What_a_dead_daemon_published_can_be_removed_exactly_as_it_was_found(PublishingDaemon daemon, string path)
    {
        Assert.Null(await Manager.FindDaemonAsync("a", daemon, Token));
        byte[] published = Samples.TManager("a", "a-id").ToByteArray();
        await Store.WriteAsync(path, published, ephemeral: true);

        var found = await Manager.FindDaemonAsync("a", daemon, Token);
        Assert.NotNull(found);
        Assert.Equal(("a-id", "127.0.0.1", 15555), (found.TopologyId, found.Host, found.ControllerPort));
        Assert.Equal(found, await Manager.FindDaemonAsync("a", daemon, Token));

        Assert.True(await Manager.RemoveDaemonAsync(found, Token));
        Assert.Null(await Store.ReadAsync(path));
        Assert.False(await Manager.RemoveDaemonAsync(found, Token));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task What_was_published_since_stays_even_when_it_reads_the_same(bool anew)
    {
        byte[] published = Samples.TManager("a", "a-id").ToByteArray();
        await Store.WriteAsync("tmanagers/a", published, ephemeral: true);
        var found = await Manager.FindDaemonAsync("a", PublishingDaemon.TManager, Token);
        Assert.NotNull(found);

        if (anew)
        {
            await Store.DeleteAsync("tmanagers/a");
        }

        await Store.WriteAsync("tmanagers/a", published, ephemeral: true);

        Assert.False(await Manager.RemoveDaemonAsync(found, Token));
        Assert.Equal(published, await Store.ReadAsync("tmanagers/a"));
    }

    [Fact]
    public async Task A_daemons_node_that_cannot_be_read_is_found_without_an_address()
    {
        await DamageAsync("tmanagers/a", "two bytes");

        var found = await Manager.FindDaemonAsync("a", PublishingDaemon.TManager, Token);

        Assert.NotNull(found);
        Assert.Null(found.TopologyId);
        Assert.True(await Manager.RemoveDaemonAsync(found, Token));
    }

    public static TheoryData<string, string> Damages => new MatrixTheoryData<string, string>(
        ["topologies", "executionstate", "packingplans", "pplans", "schedulers", "tmanagers"],
        ["two bytes", "empty", "another message", "huge", "things below"]);

    [Theory]
    [MemberData(nameof(Damages))]
    public async Task A_damaged_node_is_told_in_its_place_and_goes_by_name(string directory, string damage)
    {
        await Manager.RegisterTopologyAsync(Samples.Registration("a"), Token);
        await Manager.RegisterTopologyAsync(Samples.Registration("b"), Token);
        await Manager.SetSchedulerLocationAsync(Samples.Scheduler("a"), Token);
        await Store.WriteAsync("pplans/a", Samples.Physical("a", "a-id").ToByteArray());
        await Store.WriteAsync("tmanagers/a", Samples.TManager("a", "a-id").ToByteArray());
        await DamageAsync(directory + "/a", damage);

        Assert.Equal(["a", "b"], await Manager.ListTopologiesAsync(Token));
        Assert.True(await Manager.IsTopologyRunningAsync("a", Token));
        var read = await Manager.ReadTopologyAsync("a", Token);
        if (damage != "things below" || !Store.HasEphemeralNodes)
        {
            var damaged = Assert.Single(read.Damages);
            Assert.EndsWith($"/{directory}/a", Store.Paths.Of(damaged.Node, "a"));
            Assert.NotEmpty(damaged.Reason);
        }

        Assert.Equal("a-id", read.Id);
        Assert.Empty((await Manager.ReadTopologyAsync("b", Token)).Damages);

        Assert.True(await Manager.UnregisterTopologyAsync("a", read.Id, Token));
        Assert.DoesNotContain(await PathsAsync(), p => p.EndsWith("/a") && (!Store.HasEphemeralNodes || !p.StartsWith("tmanagers/")));
        Assert.Equal("b-id", (await Manager.GetExecutionStateAsync("b", Token))?.TopologyId);
    }

    [Fact]
    public async Task A_topology_of_which_nothing_can_be_read_is_nobodys_and_goes_by_name()
    {
        await Manager.RegisterTopologyAsync(Samples.Registration("a"), Token);
        foreach (string directory in new[] { "topologies", "executionstate", "packingplans" })
        {
            await DamageAsync(directory + "/a", "two bytes");
        }

        var read = await Manager.ReadTopologyAsync("a", Token);
        Assert.Null(read.Id);
        Assert.Equal(3, read.Damages.Count);
        Assert.False(await Manager.UnregisterTopologyAsync("a", "a-id", Token));
        Assert.True(await Manager.UnregisterTopologyAsync("a", null, Token));
        Assert.DoesNotContain(await PathsAsync(), p => p.EndsWith("/a"));
    }

    [Fact]
    public async Task A_node_that_speaks_of_another_topology_is_damaged()
    {
        await Manager.RegisterTopologyAsync(Samples.Registration("a"), Token);
        await Store.WriteAsync("executionstate/a", Samples.Execution("b", "b-id").ToByteArray());

        var damaged = Assert.Single((await Manager.ReadTopologyAsync("a", Token)).Damages);

        Assert.Equal(StateNode.ExecutionState, damaged.Node);
        Assert.Contains("'b'", damaged.Reason);
    }

    [Fact]
    public async Task Reading_a_damaged_node_says_which_and_that_a_kill_helps()
    {
        await Manager.RegisterTopologyAsync(Samples.Registration("a"), Token);
        await DamageAsync("executionstate/a", "two bytes");

        var error = await Assert.ThrowsAsync<UnreadableStateException>(() => Manager.GetExecutionStateAsync("a", Token));

        Assert.Equal(FaultKind.Conflict, error.Kind);
        Assert.Contains("executionstate/a", error.Message);
        Assert.Contains("Kill", error.Message);
    }

    [Fact]
    public async Task A_registration_takes_the_place_of_damaged_leftovers()
    {
        await DamageAsync("executionstate/a", "huge");
        await DamageAsync("packingplans/a", "things below");

        await Manager.RegisterTopologyAsync(Samples.Registration("a"), Token);

        Assert.Empty((await Manager.ReadTopologyAsync("a", Token)).Damages);
    }

    private Task DamageAsync(string path, string damage) => damage switch
    {
        "two bytes" => Store.WriteAsync(path, [0xff, 0xfe]),
        "empty" => Store.WriteAsync(path, []),
        "another message" => Store.WriteAsync(path, Samples.Plan("x", 1).ContainerPlans[0].ToByteArray()),
        "huge" => Store.WriteHugeAsync(path),
        _ => Store.WriteBelowAsync(path),
    };

    [Fact]
    public async Task Packing_plan_is_replaced()
    {
        await Manager.RegisterTopologyAsync(Samples.Registration("a"), Token);

        await Manager.SetPackingPlanAsync("a", Samples.Plan("a-id", 3), Token);

        Assert.Equal(Samples.Plan("a-id", 3).ToByteArray(), await Store.ReadAsync("packingplans/a"));
    }

    [Fact]
    public async Task No_reader_sees_a_gap_while_the_packing_plan_changes()
    {
        await Manager.RegisterTopologyAsync(Samples.Registration("a"), Token);
        var writer = Task.Run(
            async () =>
            {
                for (int i = 1; i <= 40; i++)
                {
                    await Manager.SetPackingPlanAsync("a", Samples.Plan("a-id", i), Token);
                }
            },
            Token);
        while (!writer.IsCompleted)
        {
            byte[]? data = await Store.ReadAsync("packingplans/a");
            Assert.NotNull(data);
            Assert.Equal("a-id", PackingPlan.Parser.ParseFrom(data).Id);
        }

        await writer;
    }

    [Fact]
    public async Task Nothing_is_written_for_a_topology_that_is_not_registered()
    {
        var before = await Store.ListAsync();

        var plan = await Assert.ThrowsAnyAsync<HeronException>(
            () => Manager.SetPackingPlanAsync("a", Samples.Plan("a-id", 3), Token));
        var location = await Assert.ThrowsAnyAsync<HeronException>(
            () => Manager.SetSchedulerLocationAsync(Samples.Scheduler("a"), Token));

        Assert.Equal(FaultKind.NotFound, plan.Kind);
        Assert.Equal(FaultKind.NotFound, location.Kind);
        AssertSame(before, await Store.ListAsync());
    }

    [Fact]
    public async Task Scheduler_location_is_created_and_replaced()
    {
        await Manager.RegisterTopologyAsync(Samples.Registration("a"), Token);
        Assert.Null(await Manager.GetSchedulerLocationAsync("a", Token));

        await Manager.SetSchedulerLocationAsync(Samples.Scheduler("a"), Token);
        var changed = Samples.Scheduler("a");
        changed.JobPageLink[0] = "http://127.0.0.1:4747/ui/jobs";
        await Manager.SetSchedulerLocationAsync(changed, Token);

        Assert.Equal(changed.ToByteArray(), await Store.ReadAsync("schedulers/a"));
    }

    [Fact]
    public async Task What_is_not_there_or_empty_is_null()
    {
        foreach (bool empty in new[] { false, true })
        {
            if (empty)
            {
                foreach (string directory in new[] { "topologies", "executionstate", "packingplans", "pplans", "schedulers", "tmanagers" })
                {
                    await Store.WriteAsync(directory + "/a", []);
                }
            }

            Assert.Null(await Manager.GetTopologyAsync("a", Token));
            Assert.Null(await Manager.GetExecutionStateAsync("a", Token));
            Assert.Null(await Manager.GetPackingPlanAsync("a", Token));
            Assert.Null(await Manager.GetPhysicalPlanAsync("a", Token));
            Assert.Null(await Manager.GetSchedulerLocationAsync("a", Token));
            Assert.Null(await Manager.GetTManagerLocationAsync("a", Token));
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData(".")]
    [InlineData("..")]
    [InlineData("../topologies/a")]
    [InlineData("a/b")]
    [InlineData("a\0b")]
    [InlineData("a\r\nb")]
    public async Task Names_that_could_leave_their_directory_are_refused(string name)
    {
        var read = await Assert.ThrowsAnyAsync<HeronException>(() => Manager.IsTopologyRunningAsync(name, Token));
        var written = await Assert.ThrowsAnyAsync<HeronException>(
            () => Manager.RegisterTopologyAsync(Samples.Registration(name, "id"), Token));
        var removed = await Assert.ThrowsAnyAsync<HeronException>(
            () => Manager.UnregisterTopologyAsync(name, null, Token));

        Assert.Equal([FaultKind.Invalid, FaultKind.Invalid, FaultKind.Invalid], [read.Kind, written.Kind, removed.Kind]);
        Assert.DoesNotContain(await PathsAsync(), p => p.Contains('/'));
    }

    [Fact]
    public async Task What_the_topology_manager_writes_is_read()
    {
        var location = Samples.TManager("a", "a-id");
        var plan = Samples.Physical("a", "a-id", TopologyState.Paused);
        await Store.WriteAsync("tmanagers/a", location.ToByteArray(), ephemeral: true);
        await Store.WriteAsync("pplans/a", plan.ToByteArray());

        Assert.Equal(location, await Manager.GetTManagerLocationAsync("a", Token));
        Assert.Equal(plan, await Manager.GetPhysicalPlanAsync("a", Token));
    }

    [Fact]
    public async Task Topology_masters_of_older_cores_are_looked_for_where_they_publish()
    {
        var older = await OpenAsync(StatePaths.TMastersDirectory);
        await Store.WriteAsync("tmasters/a", Samples.TManager("a", "a-id").ToByteArray(), ephemeral: true);

        Assert.NotNull(await older.GetTManagerLocationAsync("a", Token));
        Assert.Null(await Manager.GetTManagerLocationAsync("a", Token));
    }

    [Fact]
    public async Task Location_of_a_stopped_topology_manager_is_forgotten_unless_it_goes_with_its_owner()
    {
        await Store.WriteAsync("tmanagers/a", Samples.TManager("a", "a-id").ToByteArray(), ephemeral: true);

        await Manager.ForgetTManagerLocationAsync("a", Token);
        await Manager.ForgetTManagerLocationAsync("nothing", Token);

        Assert.Equal(Store.HasEphemeralNodes, await Store.ReadAsync("tmanagers/a") is not null);
    }

    [Fact]
    public async Task A_wait_whose_condition_holds_ends_at_once()
    {
        Assert.Null(await Manager.WaitForPhysicalPlanAsync("a", p => p is null, TimeSpan.Zero, Token));
        await Store.WriteAsync("pplans/a", Samples.Physical("a", "a-id").ToByteArray());
        Assert.NotNull(await Manager.WaitForPhysicalPlanAsync("a", p => p is not null, TimeSpan.Zero, Token));
    }

    [Fact]
    public async Task A_wait_follows_every_change_until_its_condition_holds()
    {
        var started = new TaskCompletionSource();
        var seen = new List<string?>();
        var wait = Manager.WaitForPhysicalPlanAsync(
            "a",
            plan =>
            {
                string? now = plan?.Topology.State.ToString();
                lock (seen)
                {
                    if (seen.Count == 0 || seen[^1] != now)
                    {
                        seen.Add(now);
                    }
                }

                started.TrySetResult();
                return now == nameof(TopologyState.Killed);
            },
            Poll.Limit,
            Token);
        await started.Task.WaitAsync(Poll.Limit, Token);

        await Store.WriteAsync("pplans/a", Samples.Physical("a", "a-id").ToByteArray());
        await UntilSeenAsync(nameof(TopologyState.Running));
        await Store.WriteAsync("pplans/a", Samples.Physical("a", "a-id", TopologyState.Paused).ToByteArray());
        await UntilSeenAsync(nameof(TopologyState.Paused));
        await Store.DeleteAsync("pplans/a");
        await UntilSeenAsync(null);
        await Store.WriteAsync("pplans/a", Samples.Physical("a", "a-id", TopologyState.Killed).ToByteArray());

        Assert.Equal(TopologyState.Killed, (await wait)?.Topology.State);
        Assert.Equal([null, "Running", "Paused", null, "Killed"], seen);

        Task UntilSeenAsync(string? state) => Poll.UntilAsync(
            () =>
            {
                lock (seen)
                {
                    return seen[^1] == state;
                }
            },
            $"the wait to see {state ?? "nothing"}");
    }

    [Fact]
    public async Task A_wait_ends_when_its_deadline_passes()
    {
        var error = await Assert.ThrowsAsync<TimeoutException>(
            () => Manager.WaitForPhysicalPlanAsync("a", p => p is not null, TimeSpan.FromMilliseconds(150), Token));

        Assert.Contains("pplans/a", error.Message);
    }

    [Fact]
    public async Task A_wait_for_what_cannot_be_read_tells_what_is_wrong_with_it()
    {
        await Store.WriteAsync("pplans/a", [0xff, 0xff, 0xff]);

        var error = await Assert.ThrowsAsync<TimeoutException>(
            () => Manager.WaitForPhysicalPlanAsync("a", _ => true, TimeSpan.FromMilliseconds(150), Token));

        Assert.Contains("pplans/a", error.Message);
        Assert.Contains("it does not hold a message", error.Message);
    }

    [Fact]
    public async Task A_wait_ends_when_it_is_cancelled()
    {
        using var cancel = CancellationTokenSource.CreateLinkedTokenSource(Token);
        var wait = Manager.WaitForPhysicalPlanAsync("a", p => p is not null, Poll.Limit, cancel.Token);

        await cancel.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => wait);
    }

    [Fact]
    public async Task A_lock_has_one_owner_until_it_is_given_up()
    {
        var other = await OpenAsync();
        var first = await Manager.TryLockAsync("a", StatePaths.UpdateTopologyLock, TimeSpan.Zero, Token);
        Assert.NotNull(first);

        Assert.Null(await other.TryLockAsync("a", StatePaths.UpdateTopologyLock, TimeSpan.FromMilliseconds(100), Token));
        Assert.Null(await Manager.TryLockAsync("a", StatePaths.UpdateTopologyLock, TimeSpan.Zero, Token));
        Assert.False(first.Lost.IsCancellationRequested);

        await first.DisposeAsync();
        await first.DisposeAsync();
        var second = await other.TryLockAsync("a", StatePaths.UpdateTopologyLock, Poll.Limit, Token);
        Assert.NotNull(second);
        await second.DisposeAsync();
    }

    [Fact]
    public async Task Who_waits_for_a_lock_gets_it_when_it_is_given_up()
    {
        var other = await OpenAsync();
        var first = await Manager.TryLockAsync("a", StatePaths.UpdateTopologyLock, TimeSpan.Zero, Token);
        Assert.NotNull(first);
        var waiting = other.TryLockAsync("a", StatePaths.UpdateTopologyLock, Poll.Limit, Token);
        Assert.False(waiting.IsCompleted);

        await first.DisposeAsync();

        var second = await waiting;
        Assert.NotNull(second);
        await second.DisposeAsync();
    }

    [Fact]
    public async Task Locks_of_different_topologies_are_independent_and_are_no_topologies()
    {
        await using var first = await Manager.TryLockAsync("a", StatePaths.UpdateTopologyLock, TimeSpan.Zero, Token);
        await using var second = await Manager.TryLockAsync("b", StatePaths.UpdateTopologyLock, TimeSpan.Zero, Token);

        Assert.NotNull(first);
        Assert.NotNull(second);
        Assert.Empty(await Manager.ListTopologiesAsync(Token));
        Assert.Contains("locks/a__updateTopology", await PathsAsync());
    }

    [Fact]
    public async Task A_lock_is_never_held_twice()
    {
        var managers = new[] { Manager, await OpenAsync() };
        int holders = 0;
        int taken = 0;
        await Task.WhenAll(Enumerable.Range(0, 6).Select(async i =>
        {
            for (int round = 0; round < 4; round++)
            {
                await using var held = await managers[i % 2].TryLockAsync("a", StatePaths.UpdateTopologyLock, Poll.Limit, Token);
                Assert.NotNull(held);
                Assert.Equal(1, Interlocked.Increment(ref holders));
                await Task.Yield();
                Interlocked.Decrement(ref holders);
                taken++;
            }
        }));
        Assert.Equal(24, taken);
    }

    [Fact]
    public async Task A_kill_that_removes_a_held_lock_does_not_harm_its_owner_or_the_next_one()
    {
        await Manager.RegisterTopologyAsync(Samples.Registration("a"), Token);
        var held = await Manager.TryLockAsync("a", StatePaths.UpdateTopologyLock, TimeSpan.Zero, Token);
        Assert.NotNull(held);

        Assert.True(await Manager.UnregisterTopologyAsync("a", null, Token));
        await held.DisposeAsync();
        Assert.DoesNotContain(await PathsAsync(), path => path.StartsWith("locks/", StringComparison.Ordinal));

        await using var next = await Manager.TryLockAsync("a", StatePaths.UpdateTopologyLock, Poll.Limit, Token);
        Assert.NotNull(next);
    }

    [Fact]
    public async Task A_registration_over_leftovers_does_not_take_a_lock_away()
    {
        await Store.WriteAsync("executionstate/a", Samples.Execution("a", "a-1").ToByteArray());
        await using var held = await Manager.TryLockAsync("a", StatePaths.UpdateTopologyLock, TimeSpan.Zero, Token);
        Assert.NotNull(held);

        await Manager.RegisterTopologyAsync(Samples.Registration("a", "a-2"), Token);

        Assert.Null(await Manager.TryLockAsync("a", StatePaths.UpdateTopologyLock, TimeSpan.Zero, Token));
    }

    [Fact]
    public async Task Directories_that_vanished_are_made_again_by_registering_and_by_updating()
    {
        // A store may make its directories in the background: let that be over before they vanish.
        await Poll.UntilAsync(
            async () => Store.Paths.Directories.Except((await PathsAsync()).Select(p => $"{Store.Paths.Root}/{p}")).Any() is false,
            () => "the directories of the start are missing");
        await Store.DeleteAsync("tmanagers");
        await Store.DeleteAsync("pplans");
        await Store.DeleteAsync("executionstate");
        await Manager.RegisterTopologyAsync(Samples.Registration("a"), Token);
        Assert.Subset((await PathsAsync()).ToHashSet(), new HashSet<string> { "tmanagers", "pplans", "executionstate/a" });

        await Store.DeleteAsync("tmanagers");
        await Store.DeleteAsync("pplans");
        await Manager.SetPackingPlanAsync("a", Samples.Plan("a-id", 2), Token);
        Assert.Subset((await PathsAsync()).ToHashSet(), new HashSet<string> { "tmanagers", "pplans" });
        Assert.Equal(2, (await Manager.GetPackingPlanAsync("a", Token))?.ContainerPlans.Count);
    }

    protected async Task<IReadOnlyList<string>> PathsAsync() => [.. (await Store.ListAsync()).Select(n => n.Path)];

    protected static void AssertSame(IReadOnlyList<StoredNode> expected, IReadOnlyList<StoredNode> actual) =>
        Assert.Equal(
            expected.Select(n => $"{n.Path} {n.Kind} {Convert.ToHexString(n.Data)}"),
            actual.Select(n => $"{n.Path} {n.Kind} {Convert.ToHexString(n.Data)}"));
}
