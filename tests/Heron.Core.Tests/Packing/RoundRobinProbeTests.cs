// SPDX-License-Identifier: Apache-2.0
using Heron.Core.Configuration;
using Heron.Core.Packing;

namespace Heron.Core.Tests.Packing;

/// <summary>The number of containers that a search for a repacked plan begins with.</summary>
public class RoundRobinProbeTests
{
    private static readonly PackingRules Rules = new(MinimumCpu: null, MaximumInstances: null);
    private static readonly double[] Shares = [0.1, 0.25, 0.3, 0.7, 1, 1.5, 2, 3.3];

    [Fact]
    public void No_number_that_a_repack_passes_over_would_do_and_with_one_component_that_grows_the_first_does()
    {
        var random = new Random(20270302);
        var (looked, higher, told, missed) = (0, 0, 0, 0);
        for (var round = 0; round < 1500; round++)
        {
            var sample = new RandomTopology(
                random.Next(1, 8),
                [.. Enumerable.Range(0, random.Next(1, 5)).Select(_ => new RandomComponent(random.Next(1, 15), random.Next(200, 6000), Shares[random.Next(Shares.Length)]))],
                random.Next(4, 30),
                random.Next(6, 20),
                null);
            if (Packed(sample) is not { } plan)
            {
                continue;
            }

            var topology = sample.ToTopology();
            var request = PackingRequest.Of(topology, HeronConfig.Empty);
            var changes = Enumerable.Range(0, sample.Components.Count).ToDictionary(RandomTopology.Name, i => random.Next(-sample.Components[i].Parallelism, 12));
            var (removals, additions) = (ComponentChanges.Removals(changes), ComponentChanges.Additions(changes));
            var needed = new RoundRobinProbe(request, Rules).SurelyNeeded(plan, additions, removals);
            for (var containers = plan.Containers.Count; containers < Math.Min(needed, plan.Containers.Count + 40); containers++)
            {
                Assert.False(ResourceCompliantRRPacking.Holds(topology, request, plan, removals, additions, containers), $"round {round}: {containers} do");
                looked++;
            }

            // What is told cheaply is what building finds out, unless sums are too close to call.
            var trial = RepackTrial.Of(ResourceCompliantRRPacking.WithoutRemoved(topology, request, plan, removals, plan.Containers.Count), request, removals, additions);
            for (var containers = plan.Containers.Count; trial is not null && !new RoundRobinProbe(request, Rules).NeverFits(additions.Keys) && containers < plan.Containers.Count + 20; containers++)
            {
                var fails = trial.SurelyFails(containers);
                var holds = ResourceCompliantRRPacking.Holds(topology, request, plan, removals, additions, containers);
                Assert.False(fails && holds, $"round {round}: {containers} do");
                told += fails ? 1 : 0;
                missed += fails || holds ? 0 : 1;
            }

            // One component that grows begins where it ends: nothing to try is left.
            var one = ComponentChanges.Additions(changes.Where(c => c.Value > 0).Take(1).ToDictionary());
            var none = ComponentChanges.Removals(new Dictionary<string, int>());
            var probe = new RoundRobinProbe(request, Rules);
            if (one.Count == 1 && !probe.NeverFits(one.Keys))
            {
                var begin = probe.SurelyNeeded(plan, one, none);
                higher += ResourceCompliantRRPacking.Holds(topology, request, plan, none, one, begin) ? 0 : 1;
            }
        }

        Assert.InRange(told, 500, int.MaxValue);
        Assert.InRange(missed, 0, told / 20);
        Assert.InRange(looked, 500, int.MaxValue);
        Assert.Equal(0, higher);
    }

    private static PackingPlan? Packed(RandomTopology sample)
    {
        try
        {
            return new ResourceCompliantRRPacking().Pack(sample.ToTopology(), HeronConfig.Empty);
        }
        catch (HeronException)
        {
            return null;
        }
    }
}
