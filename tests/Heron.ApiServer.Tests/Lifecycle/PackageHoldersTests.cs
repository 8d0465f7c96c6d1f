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

    private static PackageHolders Holders(TopologyWorld world) =>
        new(new LostTopologyFinder(world.State, world.Scheduler), world.State, world.Scheduler);
}
