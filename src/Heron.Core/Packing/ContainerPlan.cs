namespace Heron.Core.Packing;

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
