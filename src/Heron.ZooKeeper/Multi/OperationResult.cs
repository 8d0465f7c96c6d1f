namespace Heron.ZooKeeper;

/// <summary>What one part of a successful multi gave.</summary>
/// <param name="Path">The node it was about; for a create, with the digits that a sequential mode appended.</param>
/// <param name="Stat">The node's new state after a create or a set; <see langword="null"/> after a delete or a check.</param>
public sealed record OperationResult(string Path, NodeStat? Stat);
