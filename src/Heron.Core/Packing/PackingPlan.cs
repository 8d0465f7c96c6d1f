// SPDX-License-Identifier: Apache-2.0
using Heron.Core.Java;

namespace Heron.Core.Packing;

/// <summary>Which instance runs in which container.</summary>
/// <param name="Id">The topology id.</param>
/// <param name="Containers">In the order of the stored plan, which is the Java server's hash order.</param>
public sealed record PackingPlan(string Id, IReadOnlyList<ContainerPlan> Containers)
{
    /// <summary>Number of instances of each component, in the Java server's hash order.</summary>
    public IReadOnlyDictionary<string, int> ComponentCounts
    {
        get
        {
            var counts = new JavaHashMap<string, int>(JavaHashKeys.Text);
            foreach (var instance in Containers.SelectMany(c => c.Instances))
            {
                counts[instance.ComponentName] = counts.TryGetValue(instance.ComponentName, out var n) ? n + 1 : 1;
            }

            return counts;
        }
    }

    /// <summary>Number of instances.</summary>
    public int InstanceCount => Containers.Sum(c => c.Instances.Count);

    /// <summary>
    /// The largest of each resource over all containers: what every container of a homogeneous scheduler gets. Where a
    /// scheduler has given resources already, those count.
    /// </summary>
    public Resource MaxContainerResource =>
        Containers.Select(c => c.Scheduled ?? c.Required).Aggregate(Resource.None, Resource.Max);

    /// <summary>
    /// The executor's <c>--component-ram-map</c>: the smallest RAM of each component's instances, in bytes, as
    /// <c>component:bytes,…</c>.
    /// </summary>
    public string ComponentRamDistribution
    {
        get
        {
            var smallest = new JavaHashMap<string, long>(JavaHashKeys.Text);
            foreach (var instance in Containers.SelectMany(c => c.Instances))
            {
                var ram = instance.Resource.Ram.Bytes;
                if (!smallest.TryGetValue(instance.ComponentName, out var known) || ram < known)
                {
                    smallest[instance.ComponentName] = ram;
                }
            }

            return string.Join(',', smallest.Select(e => $"{e.Key}:{e.Value}"));
        }
    }

    /// <summary>
    /// The same plan with every container given <see cref="MaxContainerResource"/>: the plan that is stored once a
    /// homogeneous scheduler has taken it.
    /// </summary>
    public PackingPlan WithHomogeneousScheduledResource()
    {
        var resource = MaxContainerResource;
        return this with { Containers = [.. Containers.Select(c => c with { Scheduled = resource })] };
    }

    /// <summary>As the Java server writes it: the raw form of a dry run, a container a piece.</summary>
    public IEnumerable<string> Texts => Containers
        .Select((container, i) => i == 0 ? container.ToString() : $", {container}")
        .Prepend($"{{plan-id: {Id}, containers-list: [")
        .Append("]}");

    /// <inheritdoc cref="Texts"/>
    public override string ToString() => string.Concat(Texts);
}

/// <summary>One container with its instances.</summary>
/// <param name="Id">1 or more; container 0, the topology manager's, is no part of a plan.</param>
/// <param name="Instances">In the order of the stored plan.</param>
/// <param name="Required">What the instances and the container's own processes take.</param>
/// <param name="Scheduled">What the scheduler gives, once it is known.</param>
public sealed record ContainerPlan(
    int Id, IReadOnlyList<InstancePlan> Instances, Resource Required, Resource? Scheduled = null)
{
    /// <summary>As the Java server writes it.</summary>
    public override string ToString()
    {
        var scheduled = Scheduled is null ? "" : $", scheduled-resource: {Scheduled}";
        return $"{{container-id: {Id}, instances-list: [{string.Join(", ", Instances)}], required-resource: {Required}{scheduled}}}";
    }
}

/// <summary>One instance of a component, placed.</summary>
/// <param name="ComponentName">Whose instance.</param>
/// <param name="TaskId">Unique in the topology.</param>
/// <param name="ComponentIndex">Counts from 0 within the component.</param>
/// <param name="Resource">What it takes.</param>
public sealed record InstancePlan(string ComponentName, int TaskId, int ComponentIndex, Resource Resource)
{
    /// <summary>Places an instance that has its id already.</summary>
    public InstancePlan(InstanceId id, Resource resource)
        : this(id.ComponentName, id.TaskId, id.ComponentIndex, resource)
    {
    }

    /// <summary>The instance without what it takes.</summary>
    public InstanceId Id => new(ComponentName, TaskId, ComponentIndex);

    /// <summary>As the Java server writes it.</summary>
    public override string ToString() =>
        $"{{component-name: {ComponentName}, task-id: {TaskId}, component-index: {ComponentIndex}, instance-resource: {Resource}}}";
}

/// <summary>What tells one instance from all others, wherever it runs.</summary>
/// <param name="ComponentName">Whose instance.</param>
/// <param name="TaskId">Unique in the topology; counts from 1.</param>
/// <param name="ComponentIndex">Counts from 0 within the component.</param>
public readonly record struct InstanceId(string ComponentName, int TaskId, int ComponentIndex);
