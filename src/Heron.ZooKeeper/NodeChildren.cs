namespace Heron.ZooKeeper;

/// <summary>The names of a node's children together with what the server knows about the node.</summary>
/// <param name="Names">Names without their parent's path, in no particular order.</param>
/// <param name="Stat">Versions, times, owner of the parent.</param>
public sealed record NodeChildren(IReadOnlyList<string> Names, NodeStat Stat);
