// SPDX-License-Identifier: Apache-2.0
using System.Diagnostics;
using Heron.Core.Configuration;
using Heron.Core.Packing;

namespace Heron.Core.Tests.Packing;

public class LargeTopologyTests
{
    // Takes part of a second on an idle machine; a quadratic algorithm takes minutes.
    private static readonly TimeSpan Generous = TimeSpan.FromSeconds(60);

    [Theory]
    [InlineData(nameof(RoundRobinPacking), 1000)]
    [InlineData(nameof(RoundRobinPackingV2), 1)]
    [InlineData(nameof(ResourceCompliantRRPacking), 1)]
    [InlineData(nameof(FirstFitDecreasingPacking), 1)]
    public void Ten_thousand_instances_are_packed_grown_and_shrunk_without_delay(string algorithm, int containers)
    {
        var packing = ReferencePacking.Algorithm(algorithm);
        var topology = new RandomTopology(
            containers, [new RandomComponent(6000, null, 0.3), new RandomComponent(4000, null, null)], null, null, null).ToTopology();
        var start = Stopwatch.GetTimestamp();
        var plan = packing.Pack(topology, HeronConfig.Empty);
        var larger = packing.Repack(topology, HeronConfig.Empty, plan, Change(3000));
        var smaller = packing.Repack(topology, HeronConfig.Empty, larger, Change(-3000));
        Assert.InRange(Stopwatch.GetElapsedTime(start), TimeSpan.Zero, Generous);
        Assert.Equal((10_000, 13_000, 10_000), (plan.InstanceCount, larger.InstanceCount, smaller.InstanceCount));
        Assert.Equal(13_000, larger.Containers.SelectMany(c => c.Instances).DistinctBy(i => i.TaskId).Count());
    }

    [Theory]
    [InlineData(null)]
    [InlineData(0.3)]
    public void Resource_compliant_packing_starts_where_a_plan_can_be(double? cpu)
    {
        var topology = new RandomTopology(2, [new RandomComponent(29_990, null, cpu)], null, null, null).ToTopology();
        var start = Stopwatch.GetTimestamp();
        var plan = new ResourceCompliantRRPacking().Pack(topology, HeronConfig.Empty);
        Assert.InRange(Stopwatch.GetElapsedTime(start), TimeSpan.Zero, TimeSpan.FromSeconds(10));
        Assert.Equal(29_990, plan.InstanceCount);
    }

    [Fact]
    public void Resource_compliant_packing_gives_up_a_search_that_would_take_minutes_and_says_what_to_change()
    {
        // Two instances are more than a container holds by less than sums of floating-point numbers tell: only placing tells, 15,000 times.
        var topology = new RandomTopology(1, [new RandomComponent(29_990, null, 1)], null, 60, null).ToTopology();
        topology.TopologyConfig.Kvs.Add(new Protobuf.Config.Types.KeyValue { Key = PackingSettings.ContainerCpuKey, Value = "2.9999999999999996" });
        var start = Stopwatch.GetTimestamp();
        var fault = Assert.Throws<HeronException>(() => new ResourceCompliantRRPacking().Pack(topology, HeronConfig.Empty));
        Assert.InRange(Stopwatch.GetElapsedTime(start), TimeSpan.Zero, Generous);
        Assert.Equal(FaultKind.Invalid, fault.Kind);
        Assert.Contains("Begin with more containers (topology.stmgrs)", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_update_is_not_given_up_because_what_containers_have_left_is_too_little_in_each_for_what_joins()
    {
        // One of the large fits into a container, which has much left then. Of thousands of containers that is enough for all that join, as one space.
        var topology = new RandomTopology(8000, [new RandomComponent(8000, 5000, 1), new RandomComponent(12_000, 250, 0.1)], 20, 9, null).ToTopology();
        var packing = new ResourceCompliantRRPacking();
        var plan = packing.Pack(topology, HeronConfig.Empty);
        var start = Stopwatch.GetTimestamp();
        var larger = packing.Repack(topology, HeronConfig.Empty, plan, Change(9000));
        Assert.InRange(Stopwatch.GetElapsedTime(start), TimeSpan.Zero, Generous);
        Assert.Equal((8000, 17_000, 29_000), (plan.Containers.Count, larger.Containers.Count, larger.InstanceCount));
    }

    [Fact]
    public void An_update_is_not_given_up_when_what_joins_needs_hundreds_of_containers_more_than_can_be_reckoned()
    {
        var topology = new RandomTopology(
            2000, [new RandomComponent(2000, 4200, 1), new RandomComponent(8000, 250, 0.1), new RandomComponent(2000, 1900, 0.5)], 20, 9, null).ToTopology();
        var packing = new ResourceCompliantRRPacking();
        var plan = packing.Pack(topology, HeronConfig.Empty);
        var start = Stopwatch.GetTimestamp();
        var changes = new Dictionary<string, int> { [RandomTopology.Name(0)] = 2000, [RandomTopology.Name(1)] = 3000, [RandomTopology.Name(2)] = 4000 };
        var larger = packing.Repack(topology, HeronConfig.Empty, plan, changes);
        Assert.InRange(Stopwatch.GetElapsedTime(start), TimeSpan.Zero, Generous);
        Assert.Equal((2000, 4334, 21_000), (plan.Containers.Count, larger.Containers.Count, larger.InstanceCount));
    }

    [Fact]
    public void A_caller_that_gives_up_ends_the_search_for_a_plan()
    {
        var topology = new RandomTopology(2, [new RandomComponent(100, null, null)], null, null, null).ToTopology();
        using var gone = new CancellationTokenSource();
        gone.Cancel();
        Assert.Throws<OperationCanceledException>(() => new ResourceCompliantRRPacking().Pack(topology, HeronConfig.Empty, gone.Token));
    }

    private static Dictionary<string, int> Change(int by) => new() { [RandomTopology.Name(0)] = by };
}
