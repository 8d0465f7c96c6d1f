// SPDX-License-Identifier: Apache-2.0
using Heron.ApiServer.Tests.Lifecycle.World;
using Heron.Core;
using Heron.Core.Daemons;
using Heron.Core.Protobuf;
using Heron.Operations.Activation;

namespace Heron.ApiServer.Tests.Lifecycle;

public sealed class TopologyStatesTests
{
    [Fact]
    public async Task Deactivating_and_activating_change_the_state_in_the_physical_plan()
    {
        await using var world = await TopologyWorld.StartAsync();

        Assert.Equal(StateChange.Changed, await world.States.DeactivateAsync("syn-2c-5i", CancellationToken.None));
        Assert.Equal(TopologyState.Paused, (await world.PhysicalPlanAsync())!.Topology.State);
        Assert.Equal(StateChange.AlreadyThere, await world.States.DeactivateAsync("syn-2c-5i", CancellationToken.None));
        Assert.Equal(StateChange.Changed, await world.States.ActivateAsync("syn-2c-5i", CancellationToken.None));
        Assert.Equal(TopologyState.Running, (await world.PhysicalPlanAsync())!.Topology.State);
        Assert.Equal(StateChange.AlreadyThere, await world.States.ActivateAsync("syn-2c-5i", CancellationToken.None));
    }

    [Fact]
    public async Task A_topology_without_a_manager_is_unavailable_and_says_so()
    {
        await using var world = await TopologyWorld.StartAsync();
        await world.State.ForgetTManagerLocationAsync("syn-2c-5i", CancellationToken.None);

        var refused = await Assert.ThrowsAsync<HeronException>(
            () => world.States.DeactivateAsync("syn-2c-5i", CancellationToken.None));

        Assert.Equal(FaultKind.Unavailable, refused.Kind);
        Assert.StartsWith(
            "Failed to fetch TManager location for topology: syn-2c-5i. Its container 0", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Runtime_settings_reach_the_topology_and_one_component_unharmed()
    {
        await using var world = await TopologyWorld.StartAsync();

        await world.Client.UpdateRuntimeConfigAsync(
            "syn-2c-5i",
            [new RuntimeSetting(null, "a.b", "x y&z=1+1 %41 é"), new RuntimeSetting("word", "c", "2")],
            CancellationToken.None);

        var topology = (await world.PhysicalPlanAsync())!.Topology;
        Assert.Equal("x y&z=1+1 %41 é", topology.TopologyConfig.Kvs.Single(kv => kv.Key == "a.b:runtime").Value);
        var word = topology.Spouts.Select(s => s.Comp).Single(c => c.Name == "word");
        Assert.Equal("2", word.Config.Kvs.Single(kv => kv.Key == "c:runtime").Value);
    }

    [Fact]
    public async Task The_words_of_a_manager_that_refuses_reach_the_user()
    {
        await using var world = await TopologyWorld.StartAsync();

        var refused = await Assert.ThrowsAsync<HeronException>(() => world.Client.UpdateRuntimeConfigAsync(
            "syn-2c-5i", [new RuntimeSetting("nobody", "c", "2")], CancellationToken.None));

        Assert.Equal(FaultKind.BadGateway, refused.Kind);
        Assert.Equal(
            "Non OK HTTP response 400 from TManager for command runtime_config/update: Failed to validate runtime configs",
            refused.Message);
    }
}
