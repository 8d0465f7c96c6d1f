// SPDX-License-Identifier: Apache-2.0
using Heron.Core.Configuration;
using Heron.Core.Java;
using Heron.Core.Protobuf;

namespace Heron.Core.Packing;

/// <summary>
/// Deals instances out in turn to containers of limited size, and starts over with one container more when one does
/// not fit.
/// </summary>
public sealed class ResourceCompliantRRPacking : IPacking
{
    private static readonly PackingRules Rules = new(MinimumCpu: null, MaximumInstances: null);

    /// <inheritdoc/>
    public PackingPlan Pack(Topology topology, HeronConfig config, CancellationToken cancellationToken = default)
    {
        var request = PackingRequest.Of(topology, config);
        PackingPlans.RequireInstances(request);
        var instances = request.InstanceCount;
        var probe = new RoundRobinProbe(request, Rules);
        var first = Math.Min(PackingSettings.ContainerCount(topology), instances);
        for (var containers = first < 1 ? first : Math.Max(first, probe.SurelyNeeded()); ; containers++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (containers > instances || probe.NeverFits(request.Parallelism.Keys))
            {
                throw new HeronException(FaultKind.Invalid, "Cannot add to that container");
            }

            if (probe.SurelyFails(containers))
            {
                continue;
            }

            probe.NoteTry();
            var builder = new PackingPlanBuilder(topology.Id, request, Rules, null) { ContainerCount = containers };
            if (Deal(builder, request, containers))
            {
                return builder.Build();
            }
        }
    }

    /// <inheritdoc/>
    public PackingPlan Repack(
        Topology topology, HeronConfig config, PackingPlan current, IReadOnlyDictionary<string, int> componentChanges,
        CancellationToken cancellationToken = default)
    {
        var request = PackingRequest.Of(topology, config);
        _ = PackingSettings.ContainerCount(topology);
        var removals = ComponentChanges.Removals(componentChanges);
        var additions = ComponentChanges.Additions(componentChanges);
        var more = (int)Total(topology, request, additions)
            .WithoutOrNone(Total(topology, request, removals))
            .CeilingQuotient(current.MaxContainerResource);
        var probe = new RoundRobinProbe(request, Rules);
        var needed = probe.SurelyNeeded(current, additions, removals);
        var containers = current.Containers.Count + Math.Max(more, 0);
        RepackTrial? trial = null;
        while (true)
        {
            probe.NoteTry();
            var builder = WithoutRemoved(topology, request, current, removals, containers);
            trial ??= RepackTrial.Of(builder, request, removals, additions);
            if (containers >= needed && AddFlexibly(builder, additions, containers))
            {
                return builder.Build();
            }

            if (probe.NeverFits(additions.Keys))
            {
                throw new HeronException(FaultKind.Invalid, "Cannot add to that container");
            }

            do
            {
                cancellationToken.ThrowIfCancellationRequested();
                containers = Math.Max(containers + 1, needed);
                if (containers > request.InstanceCount)
                {
                    throw new HeronException(FaultKind.Invalid, "Cannot add to that container");
                }
            }
            while (trial is not null && probe.SurelyFails(trial, containers));
        }
    }

    /// <summary>Whether a repack to that number of containers comes off: what <see cref="Repack"/> finds out with one number after the other.</summary>
    internal static bool Holds(
        Topology topology, PackingRequest request, PackingPlan current, JavaHashMap<string, int> removals, JavaHashMap<string, int> additions,
        int containers) =>
        AddFlexibly(WithoutRemoved(topology, request, current, removals, containers), additions, containers);

    /// <summary>The plan's containers after removals, to be filled.</summary>
    internal static PackingPlanBuilder WithoutRemoved(
        Topology topology, PackingRequest request, PackingPlan current, JavaHashMap<string, int> removals, int containers)
    {
        var builder = new PackingPlanBuilder(topology.Id, request, Rules, current) { ContainerCount = containers };
        foreach (var (component, count) in removals)
        {
            for (var i = 0; i < count; i++)
            {
                builder.Remove(component);
            }
        }

        return builder;
    }

    // Without containers to go around, every instance gets the next one.
    private static int Next(int containerId, int containers) => containerId == containers ? 1 : containerId + 1;

    private static bool Deal(PackingPlanBuilder builder, PackingRequest request, int containers)
    {
        var containerId = 1;
        foreach (var (component, count) in request.Parallelism)
        {
            for (var i = 0; i < count; i++)
            {
                if (!builder.TryAdd(containerId, component))
                {
                    return false;
                }

                containerId = Next(containerId, containers);
            }
        }

        return true;
    }

    private static bool AddFlexibly(
        PackingPlanBuilder builder, JavaHashMap<string, int> additions, int containers)
    {
        var containerId = 1;
        foreach (var (component, count) in additions)
        {
            for (var i = 0; i < count; i++)
            {
                if (builder.TryAddToFirst(containerId, containers, component) is not { } taken)
                {
                    return false;
                }

                containerId = Next(taken, containers);
            }
        }

        return true;
    }

    // The reference estimates with the topology's RAM, but with default CPU and disk.
    private static Resource Total(
        Topology topology, PackingRequest request, JavaHashMap<string, int> counts)
    {
        var ramMap = PackingSettings.RamMap(topology);
        return counts.Aggregate(Resource.None, (total, e) => total + new Resource(
            e.Value * request.InstanceDefault.Cpu,
            ramMap.GetValueOrDefault(e.Key, request.InstanceDefault.Ram).Times(e.Value),
            request.InstanceDefault.Disk.Times(e.Value)));
    }
}
