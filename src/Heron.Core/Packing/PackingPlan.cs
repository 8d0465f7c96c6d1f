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
