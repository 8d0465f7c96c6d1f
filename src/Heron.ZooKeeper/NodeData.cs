namespace Heron.ZooKeeper;

/// <summary>A node's data together with what the server knows about the node.</summary>
/// <param name="Data">The bytes; empty when the node has none.</param>
/// <param name="Stat">Versions, times, owner.</param>
public sealed record NodeData(byte[] Data, NodeStat Stat);
