// SPDX-License-Identifier: Apache-2.0
using Heron.ApiServer.Tests.Lifecycle.World;
using Heron.Core;
using Heron.Core.Topologies;
using Heron.Operations.Running;

namespace Heron.ApiServer.Tests.Lifecycle;

public sealed class PackageHoldersTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Topologies_hold_packages_by_the_state_and_by_what_the_scheduler_runs()
    {
        await using var world = await TopologyWorld.StartAsync(withManager: false);
        var lost = new TopologyIdentity("local", "ada", "", "lost", "lost-1");
        world.Scheduler.Start(lost, [0, 1]);
        world.Scheduler.PackageUri = "http://h/api/v1/file/download/x";

        var held = await Holders(world).ListAsync(Stop);

        Assert.Equal([lost.Id, world.Identity.Id], held.TopologyIds.Order(StringComparer.Ordinal));
        Assert.Single(held.Uris);
    }

    [Fact]
    public async Task Nobody_can_say_what_is_needed_while_the_scheduler_is_away()
    {
        await using var world = await TopologyWorld.StartAsync(withManager: false);
        world.Scheduler.Failures["list"] = new HeronException(FaultKind.Unavailable, "away");

        await Assert.ThrowsAsync<HeronException>(() => Holders(world).ListAsync(Stop));
    }

    [Fact]
    public async Task Nobody_can_say_what_is_needed_while_nothing_tells_which_topology_stands_under_a_name()
    {
        await using var world = await TopologyWorld.StartAsync(withManager: false);
        await world.WriteAsync("topologies");
        await world.WriteAsync("packingplans");
        world.Remove("executionstate");

        var fault = await Assert.ThrowsAsync<HeronException>(() => Holders(world).ListAsync(Stop));
        Assert.Equal(FaultKind.Unavailable, fault.Kind);
        Assert.Contains($"/{world.Identity.Name} is empty", fault.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(null, "executionstate")]
    [InlineData("", "executionstate")]
    [InlineData("damage", "executionstate")]
    [InlineData("", "topologies")]
    [InlineData("damage", "topologies")]
    [InlineData("", "topologies", "executionstate")]
    [InlineData("damage", "topologies", "executionstate")]
    public async Task One_whose_state_is_there_in_part_holds_its_package_by_the_rest(string? content, params string[] nodes)
    {
        await using var world = await TopologyWorld.StartAsync(withManager: false);
        world.Scheduler.PackageUri = "http://h/api/v1/file/download/x";
        foreach (var node in nodes)
        {
            if (content is null)
            {
                world.Remove(node);
            }
            else
            {
                await world.WriteAsync(node, content);
            }
        }

        var held = await Holders(world).ListAsync(Stop);

        Assert.Equal([world.Identity.Id], held.TopologyIds);
        Assert.Equal([KeyValuePair.Create(world.Scheduler.PackageUri, world.Identity.Id)], held.Uris);
    }

    private static PackageHolders Holders(TopologyWorld world) =>
        new(new LostTopologyFinder(world.State, world.Scheduler), world.State, world.Scheduler);
}
