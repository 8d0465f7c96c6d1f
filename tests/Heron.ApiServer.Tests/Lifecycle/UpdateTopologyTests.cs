// SPDX-License-Identifier: Apache-2.0
using Heron.ApiServer.Tests.Lifecycle.World;
using Heron.ApiServer.Topologies;
using Heron.Core;
using Heron.Core.Daemons;
using Heron.Core.Packing;
using Heron.Core.Protobuf;
using Heron.Core.Scheduling;
using Heron.Core.State;
using Heron.Operations.Journal;
using Heron.Operations.Update;
using Heron.Testing;
using Heron.Testing.Scheduling;
using Microsoft.Extensions.Primitives;

namespace Heron.ApiServer.Tests.Lifecycle;

public sealed class UpdateTopologyTests
{
    [Fact]
    public async Task Scaling_out_adds_containers_and_leaves_the_topology_running_on_the_new_plan()
    {
        await using var world = await TopologyWorld.StartAsync();

        var result = await world.UpdateAsync(Containers(5));

        var plan = await world.PlanAsync();
        Assert.Equal([1, 2, 3, 4, 5], plan.ContainerPlans.Select(c => c.Id).Order());
        Assert.Equal([1, 2, 3, 4, 5], world.Scheduler.Containers);
        var physical = await world.PhysicalPlanAsync();
        Assert.True(physical.IsMadeFrom(plan));
        Assert.Equal(TopologyState.Running, physical!.Topology.State);
        Assert.Empty(await world.UnfinishedAsync());
        Assert.Equal(["container 3 waits for memory"], result.Warnings);
    }

    [Fact]
    public async Task Scaling_in_removes_containers_after_the_new_plan_is_in_force()
    {
        await using var world = await TopologyWorld.StartAsync();
        await world.UpdateAsync(Containers(5));
        world.Hold = new TaskCompletionSource();

        var update = world.UpdateAsync(Containers(3));
        await Poll.UntilAsync(
            async () => (await world.PlanAsync()).ContainerPlans.Count == 3, () => "no new plan");
        Assert.Equal([1, 2, 3, 4, 5], world.Scheduler.Containers);
        world.Hold.SetResult();
        await update;

        Assert.Equal([1, 2, 3], world.Scheduler.Containers);
        Assert.Equal(TopologyState.Running, (await world.PhysicalPlanAsync())!.Topology.State);
    }

    [Fact]
    public async Task Who_watches_an_update_is_told_what_is_done_what_is_being_done_and_what_is_to_come()
    {
        await using var world = await TopologyWorld.StartAsync();
        await world.UpdateAsync(Containers(5));
        world.Hold = new TaskCompletionSource();

        var update = world.UpdateAsync(Containers(3));
        await Poll.UntilAsync(() => world.Steps.Now is [_, _, { Begun: not null }, ..], "the new plan is waited for");

        Assert.Equal(
            [
                "done: Deactivate, and let tuples on their way arrive",
                "done: Store the new packing plan",
                "now: Wait until the topology manager has it in force: every container has to register",
                "then: Activate again",
                "then: Remove containers 4, 5",
            ],
            world.Steps.Now.Select(s => $"{(s.Ended is not null ? "done" : s.Begun is not null ? "now" : "then")}: {s.Text}"));
        world.Hold.SetResult();
        await update;
        Assert.All(world.Steps.Now, step => Assert.NotNull(step.Begun));
    }

    [Fact]
    public async Task What_the_ended_manager_had_published_is_removed_and_nothing_of_the_next_one()
    {
        await using var world = await TopologyWorld.StartAsync();
        world.ManagerStaysAway = true;

        var update = world.UpdateAsync(Containers(3));
        await Poll.UntilAsync(
            async () => await world.State.GetTManagerLocationAsync(world.Identity.Name, CancellationToken.None) is null,
            () => "the location of the manager that has ended stays");
        world.ManagerStaysAway = false;
        await update;

        Assert.NotNull(await world.State.GetTManagerLocationAsync(world.Identity.Name, CancellationToken.None));
    }

    [Fact]
    public async Task What_a_manager_published_stays_while_its_port_takes_connections()
    {
        await using var world = await TopologyWorld.StartAsync(withManager: false);
        using var frozen = new System.Net.Sockets.TcpListener(System.Net.IPAddress.Loopback, 0);
        frozen.Start();
        await world.PublishAsync(new TManagerLocation
        {
            TopologyName = world.Identity.Name,
            TopologyId = world.Identity.Id,
            Host = "127.0.0.1",
            ControllerPort = ((System.Net.IPEndPoint)frozen.LocalEndpoint).Port,
            ServerPort = 1,
        });
        var living = await world.Locations.FindLivingManagerAsync(world.Identity, CancellationToken.None);
        Assert.NotNull(living);

        // There is no physical plan, and whoever listens says nothing: a stopped process.
        using var enough = new CancellationTokenSource();
        var removing = world.Locations.RemoveOnceEndedAsync(world.Identity, living, enough.Token);
        await frozen.AcceptTcpClientAsync();
        await frozen.AcceptTcpClientAsync();
        Assert.NotNull(await world.State.GetTManagerLocationAsync(world.Identity.Name, CancellationToken.None));

        frozen.Stop();
        await removing.WaitAsync(Poll.Limit);
        Assert.Null(await world.State.GetTManagerLocationAsync(world.Identity.Name, CancellationToken.None));
    }

    [Theory]
    [InlineData(false, FaultKind.NotFound)]
    [InlineData(true, FaultKind.Conflict)]
    public async Task An_update_whose_topology_somebody_kills_ends_at_once_with_the_truth(bool submittedAgain, FaultKind kind)
    {
        await using var world = await TopologyWorld.StartAsync();
        world.Hold = new TaskCompletionSource();
        var update = world.UpdateAsync(Containers(5));
        await Poll.UntilAsync(async () => (await world.PlanAsync()).ContainerPlans.Count == 5, () => "no new plan");

        if (submittedAgain)
        {
            await world.ReplaceAsync("another-id");
        }
        else
        {
            await world.State.UnregisterTopologyAsync(world.Identity.Name, null, CancellationToken.None);
        }

        var error = await Assert.ThrowsAsync<HeronException>(() => update.WaitAsync(Poll.Limit));

        Assert.True(kind == error.Kind, $"{error.Kind}: {error.Message}");
        Assert.Contains("killed", error.Message);
        Assert.Empty(await world.UnfinishedAsync());
        Assert.Equal(world.FirstPlan.ContainerPlans.Select(c => c.Id).Order(), world.Scheduler.Containers);
        Assert.Empty(Directory.EnumerateFileSystemEntries(Path.Join(world.Root, "locks")));
        await using var free = await world.State.TryLockAsync(
            world.Identity.Name, StatePaths.UpdateTopologyLock, TimeSpan.Zero, CancellationToken.None);
        Assert.NotNull(free);
    }

    [Fact]
    public async Task An_update_takes_its_containers_back_although_the_kill_that_ended_it_is_not_done()
    {
        await using var world = await TopologyWorld.StartAsync();
        world.Hold = new TaskCompletionSource();
        var update = world.UpdateAsync(Containers(5));
        await Poll.UntilAsync(async () => (await world.PlanAsync()).ContainerPlans.Count == 5, () => "no new plan");

        // What goes first of a topology that is killed; its plan and the rest follow.
        File.Delete(Path.Join(world.Root, "topologies", world.Identity.Name));
        await Assert.ThrowsAsync<HeronException>(() => update.WaitAsync(Poll.Limit));

        Assert.Equal(world.FirstPlan.ContainerPlans.Select(c => c.Id).Order(), world.Scheduler.Containers);
    }

    [Fact]
    public async Task Parallelism_and_containers_change_together()
    {
        await using var world = await TopologyWorld.StartAsync();

        await world.UpdateAsync(Form(("component_parallelism", "word:4"), ("container_number", "3")));

        var plan = PackingPlanProto.FromProto(await world.PlanAsync());
        Assert.Equal(4, plan.ComponentCounts["word"]);
        Assert.Equal(3, plan.Containers.Count);
        Assert.Equal([1, 2, 3], world.Scheduler.Containers);
    }

    [Fact]
    public async Task A_paused_topology_is_paused_after_its_update()
    {
        await using var world = await TopologyWorld.StartAsync();
        await world.States.DeactivateAsync(world.Identity.Name, CancellationToken.None);

        await world.UpdateAsync(Containers(3));

        Assert.Equal(TopologyState.Paused, (await world.PhysicalPlanAsync())!.Topology.State);
    }

    [Fact]
    public async Task A_topology_keeps_its_runtime_settings()
    {
        await using var world = await TopologyWorld.StartAsync();
        var settings = new RuntimeSetting[] { new(null, "a", "1"), new("word", "b", "x y") };
        await world.Client.UpdateRuntimeConfigAsync(world.Identity.Name, settings, CancellationToken.None);

        await world.UpdateAsync(Containers(3));

        Assert.Equal(settings, RuntimeSettings.Of((await world.PhysicalPlanAsync())!.Topology));
    }

    [Fact]
    public async Task The_topology_runs_until_its_new_containers_do_and_the_wait_after_deactivation_is_kept()
    {
        await using var world = await TopologyWorld.StartAsync(
            new Dictionary<string, string> { ["topology.update.deactivate.wait.secs"] = "1" });
        var isUp = false;
        var looked = 0;
        world.Scheduler.Status = (_, id) =>
        {
            looked += id == 3 ? 1 : 0;
            return Status(id, id == 3 && !isUp ? ContainerState.Starting : ContainerState.Running);
        };
        var update = world.UpdateAsync(Containers(3));
        await Poll.UntilAsync(() => Volatile.Read(ref looked) > 2, "the new container is waited for");
        Assert.Equal(TopologyState.Running, (await world.PhysicalPlanAsync())!.Topology.State);
        Assert.Equal(world.FirstPlan, await world.PlanAsync());
        var started = System.Diagnostics.Stopwatch.StartNew();
        isUp = true;

        await update;

        Assert.True(started.Elapsed > TimeSpan.FromSeconds(1));
        Assert.Equal(3, (await world.PlanAsync()).ContainerPlans.Count);
    }

    [Fact]
    public async Task An_update_whose_new_container_has_no_place_is_taken_back_with_the_reason_and_never_pauses_the_topology()
    {
        await using var world = await TopologyWorld.StartAsync();
        world.Scheduler.Failures["add"] = new HeronException(
            FaultKind.Unavailable, "container 3 cannot run yet: memory is exhausted on 1 node");

        var failed = await Assert.ThrowsAsync<HeronException>(() => world.UpdateAsync(Containers(3)));

        Assert.Equal(FaultKind.Unavailable, failed.Kind);
        Assert.Equal(
            "Failed to update topology 'syn-2c-5i' at adding containers: container 3 cannot run yet: memory is exhausted on 1 node. "
            + "All is as before the update",
            failed.Message);
        await AssertAsBeforeAsync(world);
        Assert.DoesNotContain("/deactivate", world.ManagerRequests);
    }

    [Theory]
    [InlineData(3, "container 3 fails: status 72: the topology package cannot be fetched")]
    [InlineData(0, "container 3 fails: status 72: the topology package cannot be fetched; 1 s were waited for that")]
    public async Task An_update_whose_new_container_never_runs_is_taken_back_with_the_reason_and_never_pauses_the_topology(
        int restarts, string reason)
    {
        await using var world = await TopologyWorld.StartAsync(
            new Dictionary<string, string> { ["topology.update.reactivate.wait.secs"] = "1" });
        world.Scheduler.Status = (_, id) => id == 3
            ? Status(id, ContainerState.Failing) with { Restarts = restarts, Reason = "status 72: the topology package cannot be fetched" }
            : Status(id, ContainerState.Running);

        var failed = await Assert.ThrowsAsync<HeronException>(() => world.UpdateAsync(Containers(3)));

        Assert.Equal(FaultKind.Unavailable, failed.Kind);
        Assert.Equal($"Failed to update topology 'syn-2c-5i' at adding containers: {reason}. All is as before the update", failed.Message);
        await AssertAsBeforeAsync(world);
        Assert.DoesNotContain("/deactivate", world.ManagerRequests);
    }

    [Fact]
    public async Task Missing_containers_of_the_old_plan_are_made_again_before_anything_is_paused()
    {
        await using var world = await TopologyWorld.StartAsync();
        world.Scheduler.Lose(world.Identity, 2);
        TopologyState? whenAdding = null;
        world.Scheduler.OnAdd = async () => whenAdding ??= (await world.PhysicalPlanAsync())?.Topology.State;

        var result = await world.UpdateAsync(Containers(3));

        Assert.Equal(["add 2", "add 3"], world.Scheduler.Calls);
        Assert.Equal(TopologyState.Running, whenAdding);
        Assert.Equal("container 2 was missing in the scheduler, and made again from the packing plan", result.Warnings[0]);
        Assert.Equal([1, 2, 3], world.Scheduler.Containers);
        Assert.Equal(TopologyState.Running, (await world.PhysicalPlanAsync())!.Topology.State);
    }

    [Fact]
    public async Task An_update_is_refused_when_missing_containers_of_the_old_plan_cannot_be_made_again()
    {
        await using var world = await TopologyWorld.StartAsync();
        world.Scheduler.Lose(world.Identity, 2);
        world.Scheduler.Failures["add"] = FakeScheduler.Refusal;

        var refused = await Assert.ThrowsAsync<HeronException>(() => world.UpdateAsync(Containers(3)));

        Assert.StartsWith(
            "container 2 of topology 'syn-2c-5i' is missing in the scheduler and cannot be made again: Nomad said no.",
            refused.Message,
            StringComparison.Ordinal);
        Assert.Equal(world.FirstPlan, await world.PlanAsync());
        Assert.Equal(TopologyState.Running, (await world.PhysicalPlanAsync())!.Topology.State);
        Assert.Empty(await world.UnfinishedAsync());
    }

    [Fact]
    public async Task A_container_that_stays_and_has_no_place_is_a_reason_to_refuse_and_one_that_goes_is_not()
    {
        await using var world = await TopologyWorld.StartAsync();
        await world.UpdateAsync(Containers(4));
        world.Scheduler.Status = (_, id) => id == 4
            ? Status(id, ContainerState.Pending) with { Reason = "its node is gone" }
            : Status(id, ContainerState.Running);

        var refused = await Assert.ThrowsAsync<HeronException>(() => world.UpdateAsync(Containers(5)));
        Assert.Equal(FaultKind.Unavailable, refused.Kind);
        Assert.StartsWith("container 4 cannot run yet: its node is gone. Nothing was changed", refused.Message, StringComparison.Ordinal);
        Assert.Equal(4, (await world.PlanAsync()).ContainerPlans.Count);

        await world.UpdateAsync(Containers(3));
        Assert.Equal([1, 2, 3], world.Scheduler.Containers);
    }

    [Fact]
    public async Task A_new_update_takes_the_place_of_one_that_waits_for_its_containers()
    {
        await using var world = await TopologyWorld.StartAsync();
        world.Scheduler.Status = (_, id) => Status(id, id == 4 ? ContainerState.Starting : ContainerState.Running);
        using var replaced = new CancellationTokenSource();
        var waits = new TaskCompletionSource();
        var first = world.UpdateAsync(
            Containers(4),
            () =>
            {
                if (world.Scheduler.Calls.Contains("add 3,4"))
                {
                    waits.TrySetResult();
                }

                return new CancellationTokenSource();
            },
            replaced.Token);
        await waits.Task.WaitAsync(Poll.Limit);
        await replaced.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => first);

        await world.UpdateAsync(Containers(3));

        Assert.Equal([1, 2, 3], world.Scheduler.Containers);
        Assert.Equal(TopologyState.Running, (await world.PhysicalPlanAsync())!.Topology.State);
        Assert.Empty(await world.UnfinishedAsync());
    }

    [Theory]
    [InlineData(TopologyState.Running)]
    [InlineData(TopologyState.Paused)]
    public async Task A_new_update_takes_the_place_of_one_whose_plan_does_not_come_into_force(TopologyState before)
    {
        await using var world = await TopologyWorld.StartAsync();
        await world.UpdateAsync(Containers(3));
        var settings = new RuntimeSetting[] { new(null, "a", "1") };
        await world.Client.UpdateRuntimeConfigAsync(world.Identity.Name, settings, CancellationToken.None);
        if (before == TopologyState.Paused)
        {
            await world.States.DeactivateAsync(world.Identity.Name, CancellationToken.None);
        }

        // The manager waits for containers that never register; the plan of two takes away the third, that of four comes instead.
        world.Hold = new TaskCompletionSource();
        using var replaced = new CancellationTokenSource();
        var first = world.UpdateAsync(Containers(2), cancellationToken: replaced.Token);
        await Poll.UntilAsync(async () => (await world.PlanAsync()).ContainerPlans.Count == 2, () => "no new plan");
        await Poll.UntilAsync(async () => await world.PhysicalPlanAsync() is null, () => "the old physical plan stays");
        await replaced.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => first);
        Assert.Single(await world.UnfinishedAsync());

        var second = world.UpdateAsync(Form(("component_parallelism", "word:1"), ("container_number", "1")));
        await Poll.UntilAsync(async () => (await world.PlanAsync()).ContainerPlans.Count == 1, () => "no newer plan");
        world.Hold.SetResult();
        await second;

        var physical = (await world.PhysicalPlanAsync())!;
        Assert.True(physical.IsMadeFrom(await world.PlanAsync()));
        Assert.Equal(before, physical.Topology.State);
        Assert.Equal(settings, RuntimeSettings.Of(physical.Topology));
        Assert.Equal([.. (await world.PlanAsync()).ContainerPlans.Select(c => c.Id).Order()], world.Scheduler.Containers);
        Assert.Empty(await world.UnfinishedAsync());
    }

    [Fact]
    public async Task A_new_update_that_cannot_be_done_leaves_the_one_that_waits_to_its_end()
    {
        await using var world = await TopologyWorld.StartAsync();
        world.Hold = new TaskCompletionSource();
        using var replaced = new CancellationTokenSource();
        var first = world.UpdateAsync(Containers(3), cancellationToken: replaced.Token);
        await Poll.UntilAsync(async () => (await world.PlanAsync()).ContainerPlans.Count == 3, () => "no new plan");
        await Poll.UntilAsync(async () => await world.PhysicalPlanAsync() is null, () => "the old physical plan stays");
        await replaced.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => first);

        world.Scheduler.Failures["add"] = FakeScheduler.Refusal;
        await Assert.ThrowsAsync<HeronException>(() => world.UpdateAsync(Containers(5)));

        Assert.Equal(3, (await world.PlanAsync()).ContainerPlans.Count);
        Assert.Equal([1, 2, 3], world.Scheduler.Containers);
        world.Hold.SetResult();
        Assert.Equal(UpdateOutcome.Done, await world.SettleAsync(Assert.Single(await world.UnfinishedAsync())));
        Assert.Equal(TopologyState.Running, (await world.PhysicalPlanAsync())!.Topology.State);
    }

    [Theory]
    [InlineData("component_parallelism", "word:2", "The component parallelism request (word:2) is the same as the current topology parallelism. Not taking action.")]
    [InlineData("component_parallelism", ",,", "The component parallelism request (,,) is the same as the current topology parallelism. Not taking action.")]
    [InlineData("component_parallelism", "nope:2", "Invalid component name in update request: nope. Valid components include: [count, word]")]
    [InlineData("component_parallelism", "word:0", "Invalid parallelism of component word in update request: 0. It needs at least one instance; to stop the topology, deactivate it")]
    [InlineData("component_parallelism", "word:-1", "Invalid parallelism of component word in update request: -1. It needs at least one instance; to stop the topology, deactivate it")]
    [InlineData("component_parallelism", "word:2000000000", "the topology would have 2000000003 instances; at most 30000 are possible: lower the parallelism")]
    [InlineData("component_parallelism", "word:2147483647,count:2147483647", "the topology would have 4294967294 instances; at most 30000 are possible: lower the parallelism")]
    [InlineData("container_number", "2", "Both component parallelism request and container number are the same as in the running topology.")]
    [InlineData("container_number", "0", "Invlaid number of container: 0")]
    [InlineData("container_number", "50", "More containers (50) allocated than instances (5).")]
    public async Task What_is_refused_changes_nothing(string field, string value, string message)
    {
        await using var world = await TopologyWorld.StartAsync();

        var refused = await Assert.ThrowsAsync<HeronException>(() => world.UpdateAsync(Form((field, value))));

        Assert.Equal(FaultKind.Invalid, refused.Kind);
        Assert.Equal(message, refused.Message);
        await AssertAsBeforeAsync(world);
    }

    [Fact]
    public async Task A_topology_whose_containers_have_not_come_up_is_not_updated()
    {
        await using var world = await TopologyWorld.StartAsync(withManager: false);

        var refused = await Assert.ThrowsAsync<HeronException>(() => world.UpdateAsync(Containers(3)));

        Assert.Equal(FaultKind.Unavailable, refused.Kind);
        Assert.StartsWith("Failed to get physical plan for topology 'syn-2c-5i'", refused.Message, StringComparison.Ordinal);
        Assert.Empty(await world.UnfinishedAsync());
    }

    [Fact]
    public async Task An_update_by_another_tool_excludes_ours()
    {
        await using var world = await TopologyWorld.StartAsync();
        await using var other = await world.State.TryLockAsync(
            world.Identity.Name, StatePaths.UpdateTopologyLock, TimeSpan.Zero, CancellationToken.None);

        var refused = await Assert.ThrowsAsync<HeronException>(() => world.UpdateAsync(Containers(3)));

        Assert.Equal(FaultKind.Conflict, refused.Kind);
        Assert.StartsWith("The update lock can not be obtained for topology syn-2c-5i.", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task When_adding_containers_fails_all_is_as_before()
    {
        await using var world = await TopologyWorld.StartAsync();
        world.Scheduler.Failures["add"] = FakeScheduler.Refusal;

        var failed = await Assert.ThrowsAsync<HeronException>(() => world.UpdateAsync(Containers(5)));

        Assert.Equal(FaultKind.BadGateway, failed.Kind);
        Assert.Equal(
            "Failed to update topology 'syn-2c-5i' at adding containers: Nomad said no. All is as before the update", failed.Message);
        await AssertAsBeforeAsync(world);
    }

    [Fact]
    public async Task When_taking_back_fails_too_the_next_update_settles_first()
    {
        await using var world = await TopologyWorld.StartAsync();
        world.Scheduler.Failures["add"] = FakeScheduler.Refusal;
        world.Scheduler.Failures["remove"] = FakeScheduler.Refusal;
        var failed = await Assert.ThrowsAsync<HeronException>(() => world.UpdateAsync(Containers(5)));
        Assert.Contains("could not be brought back yet", failed.Message, StringComparison.Ordinal);
        Assert.Single(await world.UnfinishedAsync());

        world.Scheduler.Failures.Clear();
        await world.UpdateAsync(Containers(5));

        Assert.Equal([1, 2, 3, 4, 5], world.Scheduler.Containers);
        Assert.Empty(await world.UnfinishedAsync());
    }

    [Fact]
    public async Task When_the_physical_plan_does_not_come_the_same_update_sent_again_finishes_the_job()
    {
        await using var world = await TopologyWorld.StartAsync(
            new Dictionary<string, string> { ["topology.update.reactivate.wait.secs"] = "1" });
        world.Hold = new TaskCompletionSource();
        var late = await Assert.ThrowsAsync<HeronException>(() => world.UpdateAsync(Containers(3)));
        Assert.Equal(FaultKind.Unavailable, late.Kind);
        Assert.StartsWith("New physical plan not received within 1 s for topology syn-2c-5i", late.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("container", late.Message[..late.Message.IndexOf(". The", StringComparison.Ordinal)], StringComparison.Ordinal);

        world.Scheduler.Status = (_, id) => id == 3
            ? Status(id, ContainerState.Pending) with { Reason = "memory is exhausted on 1 node" }
            : Status(id, ContainerState.Running);
        var again = await Assert.ThrowsAsync<HeronException>(() => world.UpdateAsync(Containers(3)));
        Assert.Contains(": container 3 cannot run yet: memory is exhausted on 1 node. ", again.Message, StringComparison.Ordinal);

        world.Scheduler.Status = null;
        world.Hold.SetResult();
        var plan = await world.PlanAsync();
        await world.State.WaitForPhysicalPlanAsync(
            world.Identity.Name, p => p.IsMadeFrom(plan), Poll.Limit, CancellationToken.None);
        await world.UpdateAsync(Containers(3));

        Assert.Equal(TopologyState.Running, (await world.PhysicalPlanAsync())!.Topology.State);
        Assert.Equal([1, 2, 3], world.Scheduler.Containers);
    }

    [Fact]
    public async Task When_removing_containers_fails_the_update_is_not_forgotten()
    {
        await using var world = await TopologyWorld.StartAsync();
        await world.UpdateAsync(Containers(3));
        world.Scheduler.Failures["remove"] = FakeScheduler.Refusal;
        await Assert.ThrowsAsync<HeronException>(() => world.UpdateAsync(Containers(2)));
        Assert.Equal([1, 2, 3], world.Scheduler.Containers);

        world.Scheduler.Failures.Clear();
        await world.UpdateAsync(Containers(2));

        Assert.Equal([1, 2], world.Scheduler.Containers);
    }

    [Fact]
    public async Task A_server_that_died_before_the_plan_was_stored_leaves_all_as_before()
    {
        await using var world = await TopologyWorld.StartAsync();
        await BeginAsync(world, Containers(4));
        await world.States.DeactivateAsync(world.Identity.Name, CancellationToken.None);
        world.Scheduler.Start(world.Identity, [3]);
        world.Restart();

        var outcome = await world.SettleAsync(Assert.Single(await world.UnfinishedAsync()));

        Assert.Equal(UpdateOutcome.TakenBack, outcome);
        await AssertAsBeforeAsync(world);
    }

    [Fact]
    public async Task A_server_that_died_after_the_plan_was_stored_leaves_all_as_asked()
    {
        await using var world = await TopologyWorld.StartAsync();
        var intent = await BeginAsync(world, Containers(3));
        await world.States.DeactivateAsync(world.Identity.Name, CancellationToken.None);
        world.Scheduler.Start(world.Identity, [3]);
        await world.State.SetPackingPlanAsync(world.Identity.Name, intent.Change.Proposed, CancellationToken.None);
        world.Restart();

        var outcome = await world.SettleAsync(Assert.Single(await world.UnfinishedAsync()));

        Assert.Equal(UpdateOutcome.Done, outcome);
        Assert.Equal(TopologyState.Running, (await world.PhysicalPlanAsync())!.Topology.State);
        Assert.Empty(await world.UnfinishedAsync());
    }

    [Fact]
    public async Task An_unfinished_update_of_a_topology_that_was_killed_is_dropped_with_its_containers()
    {
        await using var world = await TopologyWorld.StartAsync();
        await BeginAsync(world, Containers(4));
        world.Scheduler.Start(world.Identity, [3, 4]);
        await world.State.UnregisterTopologyAsync(world.Identity.Name, null, CancellationToken.None);

        Assert.Equal(UpdateOutcome.Overtaken, await world.SettleAsync(Assert.Single(await world.UnfinishedAsync())));

        Assert.Equal([1, 2], world.Scheduler.Containers);
        Assert.Empty(await world.UnfinishedAsync());
    }

    [Fact]
    public async Task An_update_that_the_server_finished_alone_answers_its_second_request_as_done()
    {
        await using var world = await TopologyWorld.StartAsync();
        var intent = await BeginAsync(world, Containers(3));
        await world.UpdateAsync(Containers(3));
        world.Finished.Add(intent);

        await world.UpdateAsync(Containers(3));

        var refused = await Assert.ThrowsAsync<HeronException>(() => world.UpdateAsync(Containers(3)));
        Assert.Equal(FaultKind.Invalid, refused.Kind);
    }

    private static async Task<UpdateIntent> BeginAsync(TopologyWorld world, UpdateRequest request)
    {
        var change = UpdatePlanner.Plan(
            request, world.Definition, await world.PlanAsync(), new RoundRobinPacking(), Heron.Core.Configuration.HeronConfig.Empty);
        var intent = new UpdateIntent(world.Identity, DateTimeOffset.UnixEpoch, change, RunsAfterwards: true);
        (await world.Journal.BeginAsync(intent, CancellationToken.None)).Dispose();
        return intent;
    }

    private static async Task AssertAsBeforeAsync(TopologyWorld world)
    {
        Assert.Equal(world.FirstPlan, await world.PlanAsync());
        Assert.Equal([1, 2], world.Scheduler.Containers);
        var physical = await world.PhysicalPlanAsync();
        Assert.True(physical.IsMadeFrom(world.FirstPlan));
        Assert.Equal(TopologyState.Running, physical!.Topology.State);
        Assert.Empty(await world.UnfinishedAsync());
    }

    private static ContainerStatus Status(int container, ContainerState state) => new() { Container = container, State = state };

    private static UpdateRequest Containers(int number) =>
        Form(("container_number", number.ToString(System.Globalization.CultureInfo.InvariantCulture)));

    private static UpdateRequest Form(params (string Key, string Value)[] fields) =>
        UpdateForm.Read(fields.Select(f => KeyValuePair.Create(f.Key, new StringValues(f.Value))));
}
