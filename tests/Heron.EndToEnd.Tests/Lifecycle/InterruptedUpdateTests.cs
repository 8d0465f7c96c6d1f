// SPDX-License-Identifier: Apache-2.0
using System.Diagnostics;
using Heron.Core.Protobuf;
using Heron.Core.State;
using Heron.EndToEnd.Tests.Lifecycle.World;
using Heron.Testing;
using Heron.Testing.Nomad;
using Heron.Testing.ZooKeeper;

namespace Heron.EndToEnd.Tests.Lifecycle;

/// <summary>Updates that something else than a crash between two steps puts an end to.</summary>
public sealed class InterruptedUpdateTests(SharedZooKeeper shared)
{
    private static readonly TimeSpan Patience = Poll.Limit;

    [Fact]
    public async Task A_server_that_dies_while_a_frozen_topology_manager_owes_it_an_answer_leaves_the_topology_as_it_was()
    {
        await using var world = await LifeWorld.StartAsync(Runs.Nomad, Keeps.Folder);
        await world.SubmitAsync();
        Signals.Send(world.Records.Manager, Signals.Stop);

        var cutOff = Assert.ThrowsAnyAsync<HttpRequestException>(() => world.ScaleAsync(4));
        await Poll.UntilAsync(
            () => world.Log.Contains("added containers 3, 4", StringComparison.Ordinal), "an update comes to its manager", Patience);
        await world.KillServerAsync();
        await cutOff;
        Signals.Send(world.Records.Manager, Signals.Continue);
        await world.StartServerAsync();

        await world.UntilSettledAsync("the update");
        await world.WaitForAsync(2, TopologyState.Running);
        Assert.Equal(200, (await world.ScaleAsync(4)).Status);
        await world.WaitForAsync(4, TopologyState.Running);
    }

    [Theory]
    [InlineData(Runs.Nomad, Keeps.ZooKeeper)]
    [InlineData(Runs.Local, Keeps.Folder)]
    public async Task A_kill_ends_an_update_that_waits_for_its_topology_manager_and_leaves_nothing(Runs runs, Keeps keeps)
    {
        await using var world = await LifeWorld.StartAsync(runs, keeps, core: core => core with { RestartDelayMs = 600_000 }, shared: shared);
        await world.SubmitAsync();
        var update = world.ScaleAsync(4);
        await Poll.UntilAsync(
            () => world.Log.Contains("new packing plan is stored", StringComparison.Ordinal), "the plan is stored", Patience);

        Assert.Equal((200, $"{world.Name} killed"), await world.KillAsync());

        var (status, message) = await update.WaitAsync(Patience);
        Assert.Equal(409, status);
        Assert.StartsWith(
            $"update of '{world.Name}' was ended by another request, which took the topology over: kill by ", message, StringComparison.Ordinal);
        await Poll.UntilAsync(() => world.Records.Processes.Count == 0, "processes of the topology are left", Patience);
        Assert.Empty(await world.State.ListTopologiesAsync(CancellationToken.None));
        Assert.Empty(world.Journal);
        Assert.Empty(world.Packages);
        await using var free = await world.State.TryLockAsync(
            world.Name, StatePaths.UpdateTopologyLock, TimeSpan.Zero, CancellationToken.None);
        Assert.NotNull(free);
    }

    [Fact]
    public async Task A_server_that_is_stopped_in_an_update_ends_in_time_and_the_next_one_brings_the_update_to_its_end()
    {
        await using var world = await LifeWorld.StartAsync(
            Runs.Nomad, Keeps.Folder, core: core => core with { RestartDelayMs = 25_000 });
        await world.SubmitAsync();
        var update = world.ScaleAsync(4);
        await Poll.UntilAsync(
            () => world.Log.Contains("new packing plan is stored", StringComparison.Ordinal), "the plan is stored", Patience);

        var elapsed = await world.TerminateServerAsync();

        // It may take 10 s; the rest is what a busy machine adds, still before the manager is there again.
        Assert.InRange(elapsed.TotalSeconds, 0, 22);
        var (status, message) = await update;
        Assert.Equal(503, status);
        Assert.Contains("brought to an end at the server's next start", message, StringComparison.Ordinal);
        Assert.Single(world.Journal);

        await world.StartServerAsync();
        await world.UntilSettledAsync("the update");
        await world.WaitForAsync(4, TopologyState.Running);
        Assert.Equal(200, (await world.ScaleAsync(4)).Status);
    }

    [Fact]
    public async Task An_update_that_loses_its_lock_in_the_middle_stops_and_is_taken_back_when_ZooKeeper_is_there_again()
    {
        await using var world = await LifeWorld.StartAsync(
            Runs.Nomad, Keeps.ZooKeeper, server: new Dictionary<string, string> { ["heron.statemgr.zookeeper.session.timeout.ms"] = "3000" });
        await world.SubmitAsync();
        var hanging = world.Nomad!.Fault(new NomadFault
        {
            Kind = NomadFaultKind.Hang,
            Method = "PUT",
            BodyContains = $"\"{world.Topology.Id}-4\"",
        });
        var update = world.ScaleAsync(4);
        await hanging.Met.Task.WaitAsync(Patience);

        // While nothing answers, only the server's own clock can tell that its session, and with it the lock, may be gone.
        await world.ZooKeeper!.PauseAsync();
        var (status, message) = await update.WaitAsync(Patience);
        Assert.Equal(503, status);
        Assert.StartsWith($"The update lock of topology {world.Name} was lost", message, StringComparison.Ordinal);
        Assert.Single(world.Journal);

        world.Nomad.ClearFaults();
        world.ZooKeeper.Resume();
        await world.UntilSettledAsync("the update");
        await world.WaitForAsync(2, TopologyState.Running);
        Assert.Equal(200, (await world.ScaleAsync(4)).Status);
        await world.WaitForAsync(4, TopologyState.Running);
    }

    [Fact]
    public async Task An_update_whose_ZooKeeper_vanishes_before_the_plan_is_stored_is_answered_in_time_and_ends_by_itself()
    {
        await using var world = await LifeWorld.StartAsync(
            Runs.Nomad, Keeps.ZooKeeper, server: new Dictionary<string, string> { ["heron.statemgr.zookeeper.connection.timeout.ms"] = "3000" });
        await world.SubmitAsync();
        var held = world.Nomad!.Fault(new NomadFault
        {
            Kind = NomadFaultKind.Hold,
            Method = "PUT",
            BodyContains = $"\"{world.Topology.Id}-4\"",
        });
        var update = world.ScaleAsync(4);
        await held.Met.Task.WaitAsync(Patience);
        await world.ZooKeeper!.PauseAsync();
        var clock = Stopwatch.StartNew();
        held.Gate.TrySetResult();

        var (status, message) = await update.WaitAsync(Patience);
        Assert.Equal(503, status);
        Assert.Contains("at deactivating: ZooKeeper (", message, StringComparison.Ordinal);
        Assert.Contains("as soon as the state store is there again", message, StringComparison.Ordinal);

        // One connection timeout, the attempt to give the lock back, and what a busy machine adds.
        Assert.InRange(clock.Elapsed.TotalSeconds, 0, 20);
        world.ZooKeeper.Resume();
        await world.UntilSettledAsync("the update");
        var containers = (await world.State.GetPackingPlanAsync(world.Name, CancellationToken.None))!.ContainerPlans.Count;
        Assert.Contains(containers, new[] { 2, 4 });
        await world.WaitForAsync(containers, TopologyState.Running);
        Assert.Equal(200, (await world.ScaleAsync(4)).Status);
        await world.WaitForAsync(4, TopologyState.Running);
    }
}
