// SPDX-License-Identifier: Apache-2.0
using Heron.Core.Protobuf;
using Heron.EndToEnd.Tests.Lifecycle.World;
using Heron.Testing;
using Heron.Testing.Nomad;
using Heron.Testing.ZooKeeper;

namespace Heron.EndToEnd.Tests.Lifecycle;

/// <summary>A topology from its submission to its end, with real processes for everything.</summary>
public sealed class WholeLifeTests(SharedZooKeeper shared)
{
    [Theory]
    [InlineData(Runs.Nomad, Keeps.Folder)]
    [InlineData(Runs.Nomad, Keeps.ZooKeeper)]
    [InlineData(Runs.Local, Keeps.Folder)]
    [InlineData(Runs.Local, Keeps.ZooKeeper)]
    public async Task A_topology_is_submitted_paused_scaled_tuned_restarted_and_killed(Runs runs, Keeps keeps)
    {
        await using var world = await LifeWorld.StartAsync(runs, keeps, shared: shared);
        await world.SubmitAsync();

        Assert.Equal((200, $"{world.Name} deactivated"), await world.PostAsync("deactivate"));
        Assert.Equal(TopologyState.Paused, (await world.PhysicalPlanAsync())!.Topology.State);
        Assert.Equal((200, $"{world.Name} deactivated already"), await world.PostAsync("deactivate"));
        Assert.Equal((200, $"{world.Name} activated"), await world.PostAsync("activate"));
        Assert.Equal((200, $"{world.Name} activated already"), await world.PostAsync("activate"));

        Assert.Equal((200, $"{world.Name} updated"), await world.ScaleAsync(5));
        await world.WaitForAsync(5, TopologyState.Running);
        Assert.Equal((200, $"{world.Name} updated"), await world.ScaleAsync(3));
        await world.WaitForAsync(3, TopologyState.Running);

        Assert.Equal(
            (200, $"{world.Name} updated"),
            await world.PostAsync("update", ("runtime_config", "some.key:a value"), ("runtime_config", "word:other.key:7")));
        await AssertRuntimeConfigAsync(world);

        var starts = world.Records.Starts(0);
        Assert.Equal((200, $"{world.Name} restarted"), await world.PostAsync("restart", ("container_id", "0")));
        await Poll.UntilAsync(
            () => world.Records.Starts(0) == starts + 1, "container 0 was not started again");
        await world.WaitForAsync(3, TopologyState.Running);
        Assert.Equal(1, world.Records.Starts(1));
        await AssertRuntimeConfigAsync(world);

        Assert.Equal((200, $"{world.Name} restarted"), await world.PostAsync("restart"));
        await Poll.UntilAsync(
            () => Task.FromResult(world.Records.Starts(1) == 2 && world.Records.Starts(0) == starts + 2),
            () => $"not all containers were started again: {string.Join(" | ", Enumerable.Range(0, 4).Select(c => string.Join(", ", world.Records.Events(c))))}\n{world.Log}");
        await world.WaitForAsync(3, TopologyState.Running);
        var described = "";
        await Poll.UntilAsync(
            async () =>
            {
                var topology = await world.DescribeAsync();
                described = topology.ToString();
                return topology.GetProperty("state").GetString() == "RUNNING";
            },
            () => $"the topology does not become RUNNING: {described}");

        Assert.Equal((200, $"{world.Name} killed"), await world.KillAsync());
        await Poll.UntilAsync(
            () => world.Records.Processes.Count == 0, "processes of the topology are left");
        Assert.Empty(await world.State.ListTopologiesAsync(CancellationToken.None));
        Assert.Empty(world.Packages);
        Assert.Empty(world.Journal);
        Assert.False(world.Records.Overlapped);
        Assert.Equal((404, $"Topology '{world.Name}' does not exist"), await world.KillAsync());
    }

    [Fact]
    public async Task A_topology_on_heron_core_0_17_lives_too()
    {
        await using var world = await LifeWorld.StartAsync(Runs.Nomad, Keeps.ZooKeeper, core: c => c with { IsOld = true }, shared: shared);
        await world.SubmitAsync();
        Assert.Contains(world.Records.Arguments(1), a => a.StartsWith("--tmaster-binary=", StringComparison.Ordinal));

        Assert.Equal((200, $"{world.Name} deactivated"), await world.PostAsync("deactivate"));
        Assert.Equal((200, $"{world.Name} activated"), await world.PostAsync("activate"));
        Assert.Equal((200, $"{world.Name} updated"), await world.ScaleAsync(3));
        await world.WaitForAsync(3, TopologyState.Running);
        Assert.Equal((200, $"{world.Name} killed"), await world.KillAsync());
    }

    [Fact]
    public async Task When_Nomad_refuses_one_of_the_new_containers_all_is_as_before()
    {
        await using var world = await LifeWorld.StartAsync(Runs.Nomad, Keeps.Folder);
        await world.SubmitAsync();
        world.Nomad!.Fault(new NomadFault
        {
            Kind = NomadFaultKind.Answer,
            Method = "PUT",
            BodyContains = $"\"{world.Topology.Id}-4\"",
            Status = 500,
            Text = "1 error occurred:\n\t* Nomad says no\n\n",
        });

        var (status, message) = await world.ScaleAsync(4);

        Assert.Equal(502, status);
        Assert.StartsWith($"Failed to update topology '{world.Name}' at adding containers: ", message, StringComparison.Ordinal);
        Assert.Contains("Nomad says no", message, StringComparison.Ordinal);
        Assert.EndsWith("All is as before the update", message, StringComparison.Ordinal);
        await world.WaitForAsync(2, TopologyState.Running);
        Assert.Equal(3, world.Nomad.JobIds.Count);
        Assert.Empty(world.Journal);
        Assert.Equal(200, (await world.KillAsync()).Status);
    }

    private static async Task AssertRuntimeConfigAsync(LifeWorld world)
    {
        var topology = (await world.PhysicalPlanAsync())!.Topology;
        Assert.Equal("a value", topology.TopologyConfig.Kvs.Single(kv => kv.Key == "some.key:runtime").Value);
        var word = topology.Spouts.Select(s => s.Comp).Single(c => c.Name == "word");
        Assert.Equal("7", word.Config.Kvs.Single(kv => kv.Key == "other.key:runtime").Value);
    }
}
