namespace Heron.Core.Packing;

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
