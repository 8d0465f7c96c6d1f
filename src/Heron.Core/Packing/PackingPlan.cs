namespace Heron.Core.Packing;

/// <summary>Which instance runs in which container.</summary>
/// <param name="Id">The topology id.</param>
/// <param name="Containers">In the order of the stored plan, which is the Java server's hash order.</param>
public sealed record PackingPlan(string Id, IReadOnlyList<ContainerPlan> Containers)
{
    /// <summary>Number of instances of each component.</summary>
    public IReadOnlyDictionary<string, int> ComponentCounts => Containers
        .SelectMany(c => c.Instances)
        .GroupBy(i => i.ComponentName, StringComparer.Ordinal)
        .ToDictionary(g => g.Key, g => g.Count(), StringComparer.Ordinal);

    /// <summary>The largest of each resource over all containers: what every container of a homogeneous scheduler gets.</summary>
    public Resource MaxContainerResource => new(
        Containers.Max(c => c.Required.Cpu),
        Containers.Max(c => c.Required.Ram),
        Containers.Max(c => c.Required.Disk));
}
