// SPDX-License-Identifier: Apache-2.0
using System.Text.Json.Nodes;
using Heron.Core;
using Heron.Core.Scheduling;
using Heron.Testing;

namespace Heron.ApiServer.Tests.Observe;

public sealed class ContainerStateTests
{
    private static readonly DateTimeOffset Since = new(2026, 11, 28, 20, 0, 0, TimeSpan.Zero);

    [Fact]
    public async Task A_topology_runs_when_all_its_containers_do_and_each_tells_where_and_since_when()
    {
        await using var world = await ObservedTopology.StartAsync();
        world.Scheduler.Status = (_, id) => new ContainerStatus
        {
            Container = id,
            State = ContainerState.Running,
            Since = Since,
            Node = "node-a",
            Restarts = id,
            Run = "alloc-" + id,
            Page = "http://nomad/ui/" + id,
            Ports = new Dictionary<string, int> { ["shell"] = 30000 + id },
        };
        world.Scheduler.Start(await world.IdentityAsync(), [0, 1, 2]);

        var topology = await UntilAsync(world, "RUNNING");

        Assert.Equal("RUNNING", topology["heron_state"]!.GetValue<string>());
        Assert.Null(topology["reason"]);
        Assert.Equal([0, 1, 2], topology["containers"]!.AsArray().Select(c => c!["id"]!.GetValue<int>()));
        var container = topology["containers"]![2]!;
        Assert.Equal(
            ("RUNNING", "node-a", Since, 2, "alloc-2", "http://nomad/ui/2", 30002),
            (
                container["state"]!.GetValue<string>(), container["node"]!.GetValue<string>(), container["since"]!.GetValue<DateTimeOffset>(),
                container["restarts"]!.GetValue<int>(), container["run"]!.GetValue<string>(), container["page"]!.GetValue<string>(),
                container["ports"]!["shell"]!.GetValue<int>()));
        Assert.Contains("container_2_word_6", container["instances"]!.AsArray().Select(i => i!["id"]!.GetValue<string>()));
    }

    [Fact]
    public async Task A_container_that_dies_later_shows_with_its_exit_and_its_last_words_in_describe_and_list()
    {
        await using var world = await ObservedTopology.StartAsync();
        var identity = await world.IdentityAsync();
        world.Scheduler.Start(identity, [0, 1, 2]);
        await UntilAsync(world, "RUNNING");

        world.Scheduler.Status = (_, id) => id != 2 ? Running(id) : new ContainerStatus
        {
            Container = id,
            State = ContainerState.Failing,
            Restarts = 4,
            Reason = "curl: could not resolve host: core",
            LastExit = new ContainerExit(null, 9, IsOutOfMemory: true, Since),
        };
        world.Scheduler.Tell(new ContainerChange(identity.Id, 2));

        var topology = await UntilAsync(world, "DEGRADED");
        Assert.Equal("container 2 is FAILING: curl: could not resolve host: core", topology["reason"]!.GetValue<string>());
        var exit = topology["containers"]![2]!["last_exit"]!;
        Assert.Equal(
            (9, true, "signal 9, out of memory", Since),
            (
                exit["signal"]!.GetValue<int>(), exit["out_of_memory"]!.GetValue<bool>(), exit["words"]!.GetValue<string>(),
                exit["at"]!.GetValue<DateTimeOffset>()));
        Assert.Null(exit["status"]);

        var list = JsonNode.Parse(await world.Client.GetStringAsync("/api/v1/topologies?state=degraded"))!;
        var line = Assert.Single(list["topologies"]!.AsArray())!;
        Assert.Equal("""{"wanted":3,"running":2}""", line["containers"]!.ToJsonString());
        Assert.Equal(topology["reason"]!.GetValue<string>(), line["reason"]!.GetValue<string>());
        var others = JsonNode.Parse(await world.Client.GetStringAsync("/api/v1/topologies?state=RUNNING"))!;
        Assert.Empty(others["topologies"]!.AsArray());
        Assert.Equal("""{"DEGRADED":1}""", others["states"]!.ToJsonString());
    }

    [Theory]
    [InlineData(ContainerState.Pending)]
    [InlineData(ContainerState.Lost)]
    [InlineData(ContainerState.Missing)]
    [InlineData(ContainerState.Stopped)]
    public async Task A_topology_fails_when_none_of_its_containers_runs_and_says_why(ContainerState state)
    {
        await using var world = await ObservedTopology.StartAsync();
        world.Scheduler.Status = (_, id) => new ContainerStatus { Container = id, State = state };
        world.Scheduler.Start(await world.IdentityAsync(), [0, 1, 2]);

        var topology = await UntilAsync(world, "FAILING");

        Assert.StartsWith(
            $"containers 0, 1, 2 are {state.ToString().ToUpperInvariant()}: ", topology["reason"]!.GetValue<string>(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_container_that_runs_and_has_not_registered_is_starting()
    {
        await using var world = await ObservedTopology.StartAsync(edit: plan => plan.Stmgrs.Remove(plan.Stmgrs.Single(s => s.Id == "stmgr-2")));
        world.Scheduler.Start(await world.IdentityAsync(), [0, 1, 2]);

        var topology = await UntilAsync(world, "DEGRADED");

        Assert.Equal("STARTING", topology["containers"]![2]!["state"]!.GetValue<string>());
        Assert.Contains("not registered", topology["reason"]!.GetValue<string>(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_paused_topology_runs_and_Heron_s_word_for_it_stands_beside()
    {
        await using var world = await ObservedTopology.StartAsync(edit: plan => plan.Topology.State = Core.Protobuf.TopologyState.Paused);
        world.Scheduler.Start(await world.IdentityAsync(), [0, 1, 2]);

        var topology = await UntilAsync(world, "RUNNING");

        Assert.Equal("PAUSED", topology["heron_state"]!.GetValue<string>());
        var list = JsonNode.Parse(await world.Client.GetStringAsync("/api/v1/topologies?state=PAUSED"))!;
        Assert.Single(list["topologies"]!.AsArray());
    }

    [Fact]
    public async Task While_the_scheduler_does_not_tell_containers_are_as_they_were_and_that_is_said()
    {
        await using var world = await ObservedTopology.StartAsync();
        var identity = await world.IdentityAsync();
        world.Scheduler.Start(identity, [0, 1, 2]);
        await UntilAsync(world, "RUNNING");

        world.Scheduler.Problem = "Nomad is away";
        world.Scheduler.Failures["inspect"] = new HeronException(FaultKind.Unavailable, "Nomad is away");
        world.Scheduler.Tell(new ContainerChange(null, null));

        JsonNode? topology = null;
        await Poll.UntilAsync(
            async () => (topology = (await world.GetAsync("")).Body)["scheduler_stale"] is not null, () => $"nothing is said: {topology}");
        Assert.Equal("Nomad is away", topology!["scheduler_stale"]!["reason"]!.GetValue<string>());
        Assert.Equal("RUNNING", topology["state"]!.GetValue<string>());

        world.Scheduler.Problem = null;
        world.Scheduler.Failures.Clear();
        await Poll.UntilAsync(
            async () => (topology = (await world.GetAsync("")).Body)["scheduler_stale"] is null, () => $"it does not come back: {topology}");
    }

    [Fact]
    public async Task Where_nothing_happens_nobody_is_asked_however_often_somebody_looks()
    {
        await using var world = await ObservedTopology.StartAsync();
        world.Scheduler.Start(await world.IdentityAsync(), [0, 1, 2]);
        await UntilAsync(world, "RUNNING");
        var before = world.Scheduler.Inspections;

        for (var i = 0; i < 20; i++)
        {
            await world.GetAsync("");
            await world.Client.GetStringAsync("/api/v1/topologies");
        }

        Assert.InRange(world.Scheduler.Inspections, before, before + 1);
    }

    private static ContainerStatus Running(int id) => new() { Container = id, State = ContainerState.Running, Node = "node-a" };

    private static async Task<JsonNode> UntilAsync(ObservedTopology world, string state)
    {
        JsonNode? body = null;
        await Poll.UntilAsync(
            async () =>
            {
                body = (await world.GetAsync("")).Body;
                return body["state"]!.GetValue<string>() == state;
            },
            () => $"not {state}: {body}");
        return body!;
    }
}
