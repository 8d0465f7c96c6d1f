// SPDX-License-Identifier: Apache-2.0
using Heron.Core.Configuration;
using Heron.Core.Packing;

namespace Heron.Core.Tests.Packing;

/// <summary>Where the reference crashes without a recorded case: see docs/decisions/packing-differences.md.</summary>
public class PackingEdgeTests
{
    private static readonly RandomTopology Small =
        new(2, [new RandomComponent(3, null, null), new RandomComponent(1, null, null)], null, null, null);

    [Theory]
    [InlineData(nameof(ResourceCompliantRRPacking))]
    [InlineData(nameof(FirstFitDecreasingPacking))]
    public void A_topology_without_instances_is_refused_with_what_to_change(string algorithm)
    {
        var topology = (Small with { Components = [new RandomComponent(0, null, null)] }).ToTopology();
        var error = Assert.Throws<HeronException>(() => ReferencePacking.Algorithm(algorithm).Pack(topology, HeronConfig.Empty));
        Assert.Equal(FaultKind.Invalid, error.Kind);
        Assert.Contains("parallelism of 1 or more", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(nameof(ResourceCompliantRRPacking), "Cannot add to that container")]
    [InlineData(nameof(FirstFitDecreasingPacking), "Could not allocate all instances to packing plan")]
    public void Containers_for_no_instances_at_all_have_no_room(string algorithm, string message)
    {
        var error = Assert.Throws<HeronException>(() => ReferencePacking.Algorithm(algorithm)
            .Pack((Small with { MaxInstances = 0 }).ToTopology(), HeronConfig.Empty));
        Assert.Equal(message, error.Message);
    }

    [Fact]
    public void Round_robin_grows_a_component_that_had_no_instance()
    {
        var topology = Small.ToTopology();
        var packing = new RoundRobinPacking();
        var without = packing.Repack(
            topology, HeronConfig.Empty, packing.Pack(topology, HeronConfig.Empty), Change(1, -1));
        Assert.False(without.ComponentCounts.ContainsKey(RandomTopology.Name(1)));
        var again = packing.Repack(topology, HeronConfig.Empty, without, Change(1, 2));
        Assert.Equal(2, again.ComponentCounts[RandomTopology.Name(1)]);
    }

    [Fact]
    public void First_fit_fills_a_plan_that_has_lost_all_its_containers()
    {
        var empty = new PackingPlan("any-1", []);
        var plan = new FirstFitDecreasingPacking().Repack(Small.ToTopology(), HeronConfig.Empty, empty, Change(0, 3));
        Assert.Equal([1], plan.Containers.Select(c => c.Id));
        Assert.Equal([1, 2, 3], plan.Containers[0].Instances.Select(i => i.TaskId).Order());
    }

    [Fact]
    public void An_empty_plan_has_an_empty_ram_distribution_and_needs_nothing()
    {
        var empty = new PackingPlan("any-1", []);
        Assert.Equal("", empty.ComponentRamDistribution);
        Assert.Equal(Resource.None, empty.MaxContainerResource);
        Assert.Empty(empty.WithHomogeneousScheduledResource().Containers);
    }

    [Fact]
    public void Every_container_of_a_scheduled_plan_has_the_largest_of_each_resource()
    {
        var plan = new PackingPlan("any-1", [Container(1, 4, 100, 7), Container(2, 2, 300, 5)]).WithHomogeneousScheduledResource();
        var largest = new Resource(4, new ByteAmount(300), new ByteAmount(7));
        Assert.All(plan.Containers, c => Assert.Equal(largest, c.Scheduled));
        Assert.Equal(largest, plan.MaxContainerResource);

        static ContainerPlan Container(int id, double cpu, long ram, long disk) =>
            new(id, [], new Resource(cpu, new ByteAmount(ram), new ByteAmount(disk)));
    }

    [Fact]
    public void Amounts_beyond_64_bits_are_refused_not_wrapped()
    {
        var largest = new ByteAmount(long.MaxValue);
        Assert.Contains("would exceed Long.MAX_LONG", Assert.Throws<HeronException>(() => largest + new ByteAmount(1)).Message, StringComparison.Ordinal);
        Assert.Contains("would exceed Long.MAX_LONG", Assert.Throws<HeronException>(() => largest.Times(2)).Message, StringComparison.Ordinal);
        Assert.Contains("would overshoot", Assert.Throws<HeronException>(() => new ByteAmount(-2) - largest).Message, StringComparison.Ordinal);
        Assert.Equal(largest, ByteAmount.FromGigabytes(long.MaxValue));
    }

    private static Dictionary<string, int> Change(int component, int by) => new() { [RandomTopology.Name(component)] = by };
}
