// SPDX-License-Identifier: Apache-2.0
using FsCheck;
using FsCheck.Fluent;
using Heron.Core.Configuration;
using Heron.Core.Packing;
using Heron.Core.Java;

namespace Heron.Core.Tests.Packing;

public class PackingPropertyTests
{
    // A fixed seed: a failure is a failure on every machine.
    private static readonly FsCheck.Config Run =
        FsCheck.Config.QuickThrowOnFailure.WithMaxTest(400).WithReplay(20261122, 1979);

    public static TheoryData<string> Algorithms() =>
        [nameof(RoundRobinPacking), nameof(RoundRobinPackingV2), nameof(ResourceCompliantRRPacking), nameof(FirstFitDecreasingPacking)];

    [Theory]
    [MemberData(nameof(Algorithms))]
    public void A_plan_holds_every_instance_exactly_once_and_no_container_is_above_its_limits(string algorithm)
    {
        var plans = 0;
        Check.One(Run, Prop.ForAll(RandomTopology.Any, random =>
        {
            if (TryPack(algorithm, random) is not { } plan)
            {
                return;
            }

            plans++;
            AssertInstances(random.Parallelism, plan);
            Assert.Equal(Enumerable.Range(1, plan.InstanceCount), TaskIds(plan).Order());
            AssertLimits(algorithm, random, plan);
        }));
        Assert.InRange(plans, 50, 400);
    }

    [Theory]
    [MemberData(nameof(Algorithms))]
    public void Growing_and_shrinking_by_the_same_number_gives_back_a_plan_of_the_same_shape(string algorithm)
    {
        var plans = 0;
        Check.One(Run, Prop.ForAll(RandomTopology.Any, Arb.From(Gen.Choose(1, 25)), Arb.From(Gen.Choose(0, 7)), (random, n, at) =>
        {
            if (TryPack(algorithm, random) is not { } plan)
            {
                return;
            }

            var (packing, topology) = (ReferencePacking.Algorithm(algorithm), random.ToTopology());
            var component = RandomTopology.Name(at % random.Components.Count);
            PackingPlan larger;
            try
            {
                larger = packing.Repack(topology, HeronConfig.Empty, plan, new Dictionary<string, int> { [component] = n });
            }
            catch (HeronException)
            {
                return;
            }

            plans++;
            var grown = random.Parallelism.ToDictionary();
            grown[component] += n;
            AssertInstances(grown, larger);
            AssertLimits(algorithm, random, larger);

            var smaller = packing.Repack(topology, HeronConfig.Empty, larger, new Dictionary<string, int> { [component] = -n });
            AssertCounts(random.Parallelism, smaller);
            AssertLimits(algorithm, random, smaller);
            Assert.Equal(TaskIds(smaller).Count(), TaskIds(smaller).Distinct().Count());
            if (algorithm.StartsWith("RoundRobin", StringComparison.Ordinal))
            {
                // The reference's arithmetic may ask for one container more than the topology does, whatever is repacked.
                var instances = plan.InstanceCount;
                var containers = (int)Math.Ceiling(instances / ((double)instances / random.Containers));
                Assert.InRange(containers, random.Containers, random.Containers + 1);
                Assert.Equal(
                    Shape(containers == random.Containers ? plan : packing.Repack(topology, HeronConfig.Empty, plan, new Dictionary<string, int>())),
                    Shape(smaller));
            }
            else
            {
                Assert.InRange(smaller.Containers.Count, 1, plan.Containers.Count);
            }
        }));
        Assert.InRange(plans, 50, 400);
    }

    [Theory]
    [MemberData(nameof(Algorithms))]
    public void A_plan_with_gaps_between_its_containers_grows_wherever_one_without_does(string algorithm)
    {
        var plans = 0;
        Check.One(Run, Prop.ForAll(RandomTopology.Any, Arb.From(Gen.Choose(1, 25)), Arb.From(Gen.Choose(0, 7)), (random, n, at) =>
        {
            if (TryPack(algorithm, random) is not { } plan)
            {
                return;
            }

            var (packing, topology) = (ReferencePacking.Algorithm(algorithm), random.ToTopology());
            var change = new Dictionary<string, int> { [RandomTopology.Name(at % random.Components.Count)] = n };
            try
            {
                packing.Repack(topology, HeronConfig.Empty, plan, change);
            }
            catch (HeronException)
            {
                return;
            }

            plans++;
            var grown = random.Parallelism.ToDictionary();
            grown[change.Single().Key] += n;

            // One gap in front of the last, as the end of one container leaves it, and many.
            var last = plan.Containers.Max(c => c.Id);
            foreach (var number in new Func<int, int>[] { id => id == last ? id + 1 : id, id => (2 * id) - 1, id => id * id + 3 })
            {
                var sparse = plan with { Containers = [.. plan.Containers.Select(c => c with { Id = number(c.Id) })] };
                PackingPlan larger;
                try
                {
                    larger = packing.Repack(topology, HeronConfig.Empty, sparse, change);
                }
                catch (HeronException refused) when (algorithm == nameof(FirstFitDecreasingPacking))
                {
                    // Kept although odd: it asks for a new container by their number, as the Java server does.
                    Assert.Equal("Could not repack instances into existing packing plan", refused.Message);
                    continue;
                }

                AssertInstances(grown, larger);
                AssertLimits(algorithm, random, larger);
                Assert.Equal(larger.Containers.Count, larger.Containers.Select(c => c.Id).Distinct().Count());
            }
        }));
        Assert.InRange(plans, 20, 400);
    }

    [Fact]
    public void A_plan_survives_its_stored_form() => Check.One(Run, Prop.ForAll(RandomTopology.Any, random =>
    {
        if (TryPack(nameof(RoundRobinPackingV2), random)?.WithHomogeneousScheduledResource() is not { } plan)
        {
            return;
        }

        var read = PackingPlanProto.FromProto(plan.ToProto());
        Assert.Equal(plan.Id, read.Id);
        Assert.Equal(plan.MaxContainerResource, read.MaxContainerResource);
        var container = plan.Containers.ToDictionary(c => c.Id);
        Assert.Equal(container.Count, read.Containers.Count);
        Assert.All(read.Containers, c => Assert.True(PlanHash.Container.AreEqual(c, container[c.Id])));
    }));

    [Fact]
    public void A_hash_map_keeps_what_is_put_in_through_crowding_growth_and_removal() => Check.One(
        Run,
        Prop.ForAll(Arb.From(Gen.ListOf(Gen.Choose(-150, 150)).Resize(500)), steps =>
        {
            // Few hash codes, so that buckets crowd and turn into trees.
            var key = new JavaHashKey<int>(n => n / 16 * 992, (a, b) => a == b, (a, b) => a.CompareTo(b));
            var map = new JavaHashMap<int, int>(key);
            var expected = new Dictionary<int, int>();
            foreach (var step in steps)
            {
                var number = Math.Abs(step);
                if (step < 0)
                {
                    Assert.Equal(expected.Remove(number), map.Remove(number));
                }
                else
                {
                    map[number] = step;
                    expected[number] = step;
                }
            }

            Assert.Equal(expected.OrderBy(e => e.Key), map.OrderBy(e => e.Key));
            Assert.Equal(expected.Count, map.Count);
            Assert.All(expected, e => Assert.Equal(e.Value, map[e.Key]));
        }));

    private static PackingPlan? TryPack(string algorithm, RandomTopology random)
    {
        try
        {
            return ReferencePacking.Algorithm(algorithm).Pack(random.ToTopology(), HeronConfig.Empty);
        }
        catch (HeronException)
        {
            // Not every topology has a plan.
            return null;
        }
    }

    private static IEnumerable<int> TaskIds(PackingPlan plan) =>
        plan.Containers.SelectMany(c => c.Instances).Select(i => i.TaskId);

    private static void AssertInstances(IReadOnlyDictionary<string, int> parallelism, PackingPlan plan) => Assert.Equal(
        parallelism.SelectMany(p => Enumerable.Range(0, p.Value).Select(i => (p.Key, i))).Order(),
        plan.Containers.SelectMany(c => c.Instances).Select(i => (i.ComponentName, i.ComponentIndex)).Order());

    private static void AssertCounts(IReadOnlyDictionary<string, int> parallelism, PackingPlan plan) => Assert.Equal(
        parallelism.OrderBy(p => p.Key, StringComparer.Ordinal),
        plan.ComponentCounts.OrderBy(p => p.Key, StringComparer.Ordinal));

    private static void AssertLimits(string algorithm, RandomTopology random, PackingPlan plan)
    {
        foreach (var container in plan.Containers)
        {
            var cpu = container.Instances.Sum(i => i.Resource.Cpu);
            var ram = container.Instances.Aggregate(ByteAmount.Zero, (sum, i) => sum + i.Resource.Ram);
            Assert.NotEmpty(container.Instances);
            if (algorithm.StartsWith("RoundRobin", StringComparison.Ordinal))
            {
                // Only what the topology sets is a limit, and Heron's own processes may be squeezed.
                Assert.True(random.ContainerCpu is null || cpu <= random.ContainerCpu + 1e-9);
                Assert.True(random.ContainerRamGigabytes is not { } gigabytes
                    || ram.Bytes <= ByteAmount.FromGigabytes(gigabytes).Bytes + container.Instances.Count);
                continue;
            }

            var most = random.MaxInstances ?? 10;
            double cpuLimit = random.ContainerCpu ?? most;
            var ramLimit = ByteAmount.FromGigabytes(random.ContainerRamGigabytes ?? most);
            Assert.True(cpu + Math.Max(1, cpuLimit / 10) <= cpuLimit + 1e-9);
            Assert.True(ram.Bytes + Math.Max(1L << 30, ramLimit.Bytes / 10) <= ramLimit.Bytes);
            if (algorithm == nameof(FirstFitDecreasingPacking))
            {
                Assert.InRange(container.Instances.Count, 1, most);
            }
        }
    }

    private static string Shape(PackingPlan plan) => string.Join('\n', plan.Containers.OrderBy(c => c.Id).Select(c =>
        $"{c.Id}: " + string.Join(' ', c.Instances.OrderBy(i => i.TaskId).Select(i => $"{i.TaskId}={i.ComponentName}#{i.ComponentIndex}"))));
}
