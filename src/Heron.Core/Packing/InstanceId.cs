namespace Heron.Core.Packing;

/// <summary>What tells one instance from all others, wherever it runs.</summary>
/// <param name="ComponentName">Whose instance.</param>
/// <param name="TaskId">Unique in the topology; counts from 1.</param>
/// <param name="ComponentIndex">Counts from 0 within the component.</param>
public readonly record struct InstanceId(string ComponentName, int TaskId, int ComponentIndex);
