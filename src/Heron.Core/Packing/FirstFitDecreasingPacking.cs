// SPDX-License-Identifier: Apache-2.0
using Heron.Core.Configuration;
using Heron.Core.Java;
using Heron.Core.Protobuf;

namespace Heron.Core.Packing;

/// <summary>
/// Puts instances, the largest first, each into the first container with room, and opens a new container when none has.
/// The number of containers is the result, not a setting.
/// </summary>
public sealed class FirstFitDecreasingPacking : IPacking
{
    private const double MinimumCpu = 0.1;
    private const string RamFirst = "RAM_FIRST";
    private const string CpuFirst = "CPU_FIRST";

    /// <inheritdoc/>
    public PackingPlan Pack(Topology topology, HeronConfig config, CancellationToken cancellationToken = default)
    {
        var (request, builder, isCpuFirst) = Start(topology, config, null);

        // Not needed here, but the Java server refuses a number of containers that is no number.
        _ = PackingSettings.ContainerCount(topology);
        PackingPlans.RequireInstances(request);
        Add(builder, request, request.Parallelism, isCpuFirst, 0, "Could not allocate all instances to packing plan");
        return builder.Build();
    }

    /// <inheritdoc/>
    public PackingPlan Repack(
        Topology topology, HeronConfig config, PackingPlan current, IReadOnlyDictionary<string, int> componentChanges,
        CancellationToken cancellationToken = default)
    {
        var (request, builder, isCpuFirst) = Start(topology, config, current);
        var removals = ComponentChanges.Removals(componentChanges);
        foreach (var component in Sorted(removals.Keys, request, isCpuFirst))
        {
            for (var i = 0; i < removals[component]; i++)
            {
                builder.Remove(component);
            }
        }

        Add(
            builder,
            request,
            ComponentChanges.Additions(componentChanges),
            isCpuFirst,
            current.Containers.Count,
            "Could not repack instances into existing packing plan");
        return builder.Build();
    }

    private static (PackingRequest Request, PackingPlanBuilder Builder, bool IsCpuFirst) Start(
        Topology topology, HeronConfig config, PackingPlan? current)
    {
        var request = PackingRequest.Of(topology, config);
        var strategy = (PackingSettings.Text(topology, PackingSettings.SortingStrategyKey) ?? RamFirst).ToUpperInvariant();
        if (strategy is not (RamFirst or CpuFirst))
        {
            throw new HeronException(
                FaultKind.Invalid,
                $"No enum constant org.apache.heron.packing.builder.SortingStrategy.{strategy}");
        }

        var rules = new PackingRules(MinimumCpu, request.MaximumInstances);
        return (request, new PackingPlanBuilder(topology.Id, request, rules, current), strategy == CpuFirst);
    }

    private static void Add(
        PackingPlanBuilder builder,
        PackingRequest request,
        JavaHashMap<string, int> additions,
        bool isCpuFirst,
        int containers,
        string failure)
    {
        // A repack starts from the containers that the plan has, even when removals have just emptied some.
        foreach (var component in Sorted(additions.Keys, request, isCpuFirst))
        {
            for (var i = 0; i < additions[component]; i++)
            {
                if (containers == 0)
                {
                    builder.ContainerCount = ++containers;
                }

                if (builder.TryAddToFirst(firstId: 0, turn: 0, component) is null)
                {
                    builder.ContainerCount = ++containers;
                    if (!builder.TryAdd(containers, component))
                    {
                        throw new HeronException(
                            FaultKind.Invalid,
                            failure,
                            new HeronException(FaultKind.Invalid, builder.Explain(containers, component)));
                    }
                }
            }
        }
    }

    private static IEnumerable<string> Sorted(IEnumerable<string> components, PackingRequest request, bool isCpuFirst)
    {
        var byCpu = Comparer<double>.Create(JavaNumber.Compare);
        return isCpuFirst
            ? components.OrderByDescending(c => request.ResourceOf(c).Cpu, byCpu)
                .ThenByDescending(c => request.ResourceOf(c).Ram)
            : components.OrderByDescending(c => request.ResourceOf(c).Ram)
                .ThenByDescending(c => request.ResourceOf(c).Cpu, byCpu);
    }
}
