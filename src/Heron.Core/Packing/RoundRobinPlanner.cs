// SPDX-License-Identifier: Apache-2.0
using Heron.Core.Configuration;
using Heron.Core.Java;
using Heron.Core.Protobuf;
using Heron.Core.Topologies;

namespace Heron.Core.Packing;

/// <summary>
/// Deals the instances out to the containers in turn, those of components with the most RAM first, and then divides
/// each container among its instances.
/// </summary>
/// <param name="topology">What to pack.</param>
/// <param name="config">Says what an instance takes by default.</param>
/// <param name="minimumRam">The least RAM that an instance may end up with.</param>
/// <param name="sharesContainer">
/// Whether instances that the topology gives no RAM or CPU share what is left of their container, or take the default.
/// </param>
internal sealed class RoundRobinPlanner(
    Topology topology, HeronConfig config, ByteAmount minimumRam, bool sharesContainer)
{
    private const double CpuPadding = 1;
    private const double NoCores = -1;

    private static readonly ByteAmount NoBytes = new(-1);
    private static readonly ByteAmount DiskPadding = ByteAmount.FromGigabytes(12);
    private static readonly ByteAmount DaemonRam = ByteAmount.FromGigabytes(1);

    private readonly Resource _instanceDefault = PackingSettings.InstanceDefaults(config);
    private readonly ByteAmount _ramPadding = ContainerRamPadding(topology);

    /// <summary>Makes a plan.</summary>
    /// <exception cref="HeronException">No plan is possible.</exception>
    public PackingPlan Plan(int containers, IReadOnlyDictionary<string, int> parallelism)
    {
        var dealt = Deal(containers, parallelism);
        var cpuLimit = PackingSettings.Number(topology, PackingSettings.ContainerCpuKey, NoCores);
        var ramLimit = PackingSettings.Bytes(topology, PackingSettings.ContainerRamKey, NoBytes);
        var diskLimit = PackingSettings.Bytes(topology, PackingSettings.ContainerDiskKey, NoBytes);
        var largest = dealt.Values.Max(d => d.Count);

        var ramShare = RamShare(ramLimit, largest);
        var rams = dealt.Select(d => ramShare.Divide(d.Key, d.Value)).ToList();
        var cpuShare = CpuShareOf(cpuLimit, largest);
        var cpus = dealt.Select(d => cpuShare.Divide(d.Key, d.Value)).ToList();
        var disk = diskLimit == NoBytes ? _instanceDefault.Disk.Times(largest) + DiskPadding : diskLimit;

        var plans = dealt.Select((d, at) =>
        {
            // The sums run in the order of dealing: floating-point addition depends on it.
            var instances = d.Value
                .Select((id, i) => new InstancePlan(id, new Resource(cpus[at][i].Cores, rams[at][i], _instanceDefault.Disk)))
                .ToList();
            var cpu = instances.Aggregate(0d, (sum, i) => sum + i.Resource.Cpu) + CpuPadding;
            var ram = instances.Aggregate(ByteAmount.Zero, (sum, i) => sum + i.Resource.Ram) + _ramPadding;
            cpu = cpuLimit == NoCores ? cpu : Math.Min(cpu, cpuLimit);
            ram = ramLimit == NoBytes || ram < ramLimit ? ram : ramLimit;
            return new ContainerPlan(
                d.Key, HashOrder(instances), new Resource(Math.Max(cpu, cpuLimit), ram, disk));
        });
        var plan = new PackingPlan(topology.Id, JavaHashOrder.Of(plans, PlanHash.Container));
        RequireMinimumRam(plan);
        return plan;
    }

    /// <summary>A plan for changed parallelism with as many instances per container as the topology was submitted with.</summary>
    public PackingPlan Replan(PackingPlan current, IReadOnlyDictionary<string, int> componentChanges)
    {
        var containers = PackingSettings.ContainerCount(topology);
        var instances = Sum(PackingSettings.ComponentParallelism(topology));
        var parallelism = ChangedParallelism(current, componentChanges);
        return Plan(SameDensity(Sum(parallelism), instances, containers), parallelism);
    }

    /// <summary>A plan for changed parallelism and a number of containers.</summary>
    public PackingPlan Replan(
        PackingPlan current, int containers, IReadOnlyDictionary<string, int> componentChanges) =>
        containers == current.Containers.Count
            ? Replan(current, componentChanges)
            : Plan(containers, ChangedParallelism(current, componentChanges));

    private static ByteAmount ContainerRamPadding(Topology topology)
    {
        var streamManager = PackingSettings.Bytes(topology, PackingSettings.StreamManagerRamKey, DaemonRam);
        var metricsManager = PackingSettings.Bytes(topology, PackingSettings.MetricsManagerRamKey, DaemonRam);
        var isStateful =
            PackingSettings.Text(topology, TopologySettings.ReliabilityModeKey) == "EFFECTIVELY_ONCE";
        var checkpointManager = PackingSettings.Bytes(
            topology, TopologySettings.CheckpointManagerRamKey, isStateful ? DaemonRam : ByteAmount.Zero);
        return PackingSettings.Bytes(
            topology, PackingSettings.RamPaddingKey, streamManager + metricsManager + checkpointManager);
    }

    private static int Sum(IReadOnlyDictionary<string, int> parallelism) =>
        parallelism.Values.Aggregate(0, (sum, n) => sum + n);

    // Two roundings, as in the Java server: with some numbers of containers this is one more than asked for at submission.
    private static int SameDensity(int wanted, int instances, int containers) =>
        (int)Math.Ceiling(wanted / ((double)instances / containers));

    // The Java server collects a container's instances in a map by id and copies its values into a set.
    private static IReadOnlyList<InstancePlan> HashOrder(List<InstancePlan> instances)
    {
        var byId = new JavaHashMap<InstanceId, InstancePlan>(PlanHash.InstanceId);
        foreach (var instance in instances)
        {
            byId[instance.Id] = instance;
        }

        return JavaHashOrder.OfCopy([.. byId.Values], PlanHash.Instance);
    }

    private JavaHashMap<int, List<InstanceId>> Deal(int containers, IReadOnlyDictionary<string, int> parallelism)
    {
        var instances = Sum(parallelism);
        if (containers < 1)
        {
            throw new HeronException(FaultKind.Invalid, $"Invlaid number of container: {containers}");
        }

        if (containers > instances)
        {
            throw new HeronException(
                FaultKind.Invalid, $"More containers ({containers}) allocated than instances ({instances}).");
        }

        var dealt = new JavaHashMap<int, List<InstanceId>>(JavaHashKeys.Number);
        for (var id = 1; id <= containers; id++)
        {
            dealt[id] = [];
        }

        var ramMap = PackingSettings.RamMap(topology);
        var taskId = 0;
        foreach (var component in parallelism.Keys.OrderByDescending(c => ramMap.GetValueOrDefault(c)))
        {
            for (var index = 0; index < parallelism[component]; index++)
            {
                var container = (taskId % containers) + 1;
                taskId++;
                dealt[container].Add(new InstanceId(component, taskId, index));
            }
        }

        return dealt;
    }

    private RoundRobinShare<ByteAmount> RamShare(ByteAmount limit, int largest) => new(
        "RAM",
        ByteAmount.Zero,
        PackingSettings.RamMap(topology),
        limit == NoBytes ? null : limit,
        _ramPadding,
        _instanceDefault.Ram,
        sharesContainer ? _instanceDefault.Ram.Times(largest) + _ramPadding : null);

    // The container's default is rounded to whole cores, in single precision.
    private RoundRobinShare<CpuShare> CpuShareOf(double limit, int largest) => new(
        "CPU",
        new CpuShare(0),
        PackingSettings.CpuMap(topology).ToDictionary(e => e.Key, e => new CpuShare(e.Value), StringComparer.Ordinal),
        limit == NoCores ? null : new CpuShare(limit),
        new CpuShare(CpuPadding),
        new CpuShare(_instanceDefault.Cpu),
        sharesContainer
            ? new CpuShare((float)JavaNumber.Round((_instanceDefault.Cpu * largest) + CpuPadding))
            : null);

    private void RequireMinimumRam(PackingPlan plan)
    {
        foreach (var instance in plan.Containers.SelectMany(c => c.Instances))
        {
            if (instance.Resource.Ram < minimumRam)
            {
                throw new HeronException(
                    FaultKind.Invalid,
                    $"Invalid packing plan generated. A minimum of {minimumRam} RAM is required, but InstancePlan for "
                    + $"component '{instance.ComponentName}' has {instance.Resource.Ram}");
            }
        }
    }

    private JavaHashMap<string, int> ChangedParallelism(
        PackingPlan current, IReadOnlyDictionary<string, int> componentChanges)
    {
        var parallelism = (JavaHashMap<string, int>)current.ComponentCounts;
        foreach (var (component, change) in componentChanges)
        {
            // A component without instances is in no plan, but can get some.
            if (!parallelism.TryGetValue(component, out var count)
                && !PackingSettings.ComponentParallelism(topology).ContainsKey(component))
            {
                throw new HeronException(
                    FaultKind.Invalid,
                    $"the topology has no component '{component}'; it has "
                    + string.Join(", ", PackingSettings.ComponentParallelism(topology).Keys.Order(StringComparer.Ordinal)));
            }

            parallelism[component] = count + change;
        }

        return parallelism;
    }
}
