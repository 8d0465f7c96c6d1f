// SPDX-License-Identifier: Apache-2.0
using Heron.Core;
using Heron.Core.Configuration;
using Heron.Core.Packing;
using Heron.Core.Topologies;
using Heron.Operations.Journal;
using Proto = Heron.Core.Protobuf;

namespace Heron.Operations.Update;

/// <summary>Works out the new packing plan of an update; does nothing to the topology.</summary>
public static class UpdatePlanner
{
    /// <summary>The change that the request asks for, as it will be stored.</summary>
    /// <inheritdoc cref="Repack" path="//param"/>
    /// <inheritdoc cref="Repack" path="//exception"/>
    public static PlanChange Plan(
        UpdateRequest request, Proto.Topology topology, Proto.PackingPlan stored, IPacking repacking, HeronConfig config)
    {
        var proposed = Repack(request, topology, stored, repacking, config);

        // The Java server sends the plan to itself as a message before it stores it; the order in which it is stored
        // is the one after that.
        return new PlanChange(stored, PackingPlanProto.FromProto(proposed.ToProto()).ToProto());
    }

    /// <summary>The new plan as the algorithm makes it.</summary>
    /// <param name="request">For a new plan, not for settings.</param>
    /// <param name="topology">The definition.</param>
    /// <param name="stored">The packing plan as it is stored now.</param>
    /// <param name="repacking">The algorithm.</param>
    /// <param name="config">Its configuration.</param>
    /// <exception cref="HeronException">
    /// <see cref="FaultKind.Invalid"/>: nothing would change, a component is unknown, or no such plan is possible.
    /// </exception>
    public static PackingPlan Repack(
        UpdateRequest request, Proto.Topology topology, Proto.PackingPlan stored, IPacking repacking, HeronConfig config)
    {
        var current = PackingPlanProto.FromProto(stored);
        RequireChange(request, current);
        var changes = ChangesOf(request, current);
        PackingRanges.Check(topology, config);
        TopologyValidator.CheckInstances(current.InstanceCount + changes.Values.Sum(change => (long)change));
        var proposed = request.Containers is { } containers
            ? repacking.Repack(topology, config, current, containers, changes)
            : repacking.Repack(topology, config, current, changes);

        // After the algorithm, whose own refusal is the one that people know from the Java server.
        RequireInstances(request);
        return proposed;
    }

    /// <summary>The difference of the asked-for parallelisms to those of the plan; components that stay are left out.</summary>
    /// <exception cref="HeronException"><see cref="FaultKind.Invalid"/> for a component that the plan does not have.</exception>
    public static IReadOnlyDictionary<string, int> ChangesOf(UpdateRequest request, PackingPlan current)
    {
        var counts = current.ComponentCounts;
        var changes = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var (component, parallelism) in request.Parallelism)
        {
            if (!counts.TryGetValue(component, out var count))
            {
                throw new HeronException(
                    FaultKind.Invalid,
                    $"Invalid component name in update request: {component}. Valid components include: "
                    + $"[{string.Join(", ", counts.Keys)}]");
            }

            if (parallelism != count)
            {
                changes[component] = parallelism - count;
            }
        }

        return changes;
    }

    /// <summary>Whether the plan already is what the request asks for.</summary>
    public static bool IsFulfilledBy(this UpdateRequest request, PackingPlan current)
    {
        var counts = current.ComponentCounts;
        return (request.Containers is null || request.Containers == current.Containers.Count)
            && request.Parallelism.All(p => counts.TryGetValue(p.Key, out var count) && count == p.Value);
    }

    private static void RequireInstances(UpdateRequest request)
    {
        foreach (var (component, parallelism) in request.Parallelism.Where(p => p.Value < 1))
        {
            throw new HeronException(
                FaultKind.Invalid,
                $"Invalid parallelism of component {component} in update request: {parallelism}. It needs at least one "
                + "instance; to stop the topology, deactivate it");
        }
    }

    private static void RequireChange(UpdateRequest request, PackingPlan current)
    {
        if (request.IsFulfilledBy(current))
        {
            throw new HeronException(FaultKind.Invalid, request.Containers is null
                ? $"The component parallelism request ({request.ParallelismText}) is the same as the "
                  + "current topology parallelism. Not taking action."
                : "Both component parallelism request and container number are the same as in the running topology.");
        }
    }
}
