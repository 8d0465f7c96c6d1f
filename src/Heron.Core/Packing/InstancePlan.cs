namespace Heron.Core.Packing;

/// <summary>One instance of a component, placed.</summary>
/// <param name="ComponentName">Whose instance.</param>
/// <param name="TaskId">Unique in the topology.</param>
/// <param name="ComponentIndex">Counts from 0 within the component.</param>
/// <param name="Resource">What it takes.</param>
public sealed record InstancePlan(string ComponentName, int TaskId, int ComponentIndex, Resource Resource);
