namespace Heron.ZooKeeper;

/// <summary>A node that was just created.</summary>
/// <param name="Path">Its path as the caller sees it, with the digits that a sequential mode appended.</param>
/// <param name="Stat">Versions, times, owner.</param>
public sealed record CreatedNode(string Path, NodeStat Stat);
