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

    private static Dictionary<string, int> Change(int by) => new() { [RandomTopology.Name(0)] = by };
}
