// SPDX-License-Identifier: Apache-2.0
using Heron.Core.Protobuf;
using Heron.EndToEnd.Tests.Lifecycle.World;
using Heron.Testing;

namespace Heron.EndToEnd.Tests.Lifecycle;

/// <summary>The state knows nothing of a topology any more, while its containers run.</summary>
public sealed class LostStateTests
{
    [Theory]
    [InlineData(Runs.Local)]
    [InlineData(Runs.Nomad)]
    public async Task Containers_that_the_state_has_forgotten_are_told_to_a_submission_and_ended_by_a_kill(Runs runs)
    {
        await using var world = await LifeWorld.StartAsync(runs, Keeps.Folder);
        await world.SubmitAsync();
        await world.State.UnregisterTopologyAsync(world.Name, onlyWithId: null, CancellationToken.None);

        using (var refused = await world.SendSubmissionAsync())
        {
            var message = await refused.Content.ReadAsStringAsync();
            Assert.True((int)refused.StatusCode == 409, message);
            Assert.Contains($"(containers 0, 1, 2 of {world.Topology.Id})", message, StringComparison.Ordinal);
        }

        Assert.Equal((200, $"{world.Name} killed"), await world.KillAsync());
        await Poll.UntilAsync(() => world.Records.Processes.Count == 0, "processes of the topology are left");
        Assert.Empty(world.Packages);
        Assert.Equal((404, $"Topology '{world.Name}' does not exist"), await world.KillAsync());
        await world.SubmitAsync();
        await world.WaitForAsync(2, TopologyState.Running);
    }

    [Fact]
    public async Task A_container_that_somebody_purged_from_Nomad_is_made_again_by_a_restart_and_before_an_update()
    {
        await using var world = await LifeWorld.StartAsync(Runs.Nomad, Keeps.Folder);
        await world.SubmitAsync();

        world.Nomad!.Deregister($"{world.Topology.Id}-2");
        await Poll.UntilAsync(() => world.Records.Running.SequenceEqual([0, 1]), "container 2 ends");
        Assert.Equal((200, $"{world.Name} restarted"), await world.PostAsync("restart", ("container_id", "2")));
        await world.WaitForAsync(2, TopologyState.Running);

        world.Nomad!.Deregister($"{world.Topology.Id}-1");
        await Poll.UntilAsync(() => world.Records.Running.SequenceEqual([0, 2]), "container 1 ends");
        Assert.Equal((200, $"{world.Name} updated"), await world.ScaleAsync(3));
        await world.WaitForAsync(3, TopologyState.Running);
        Assert.Equal(200, (await world.KillAsync()).Status);
    }
}
