namespace Heron.ZooKeeper;

/// <summary>A node's access control list together with what the server knows about the node.</summary>
/// <param name="Entries">The entries.</param>
/// <param name="Stat">Versions, times, owner.</param>
public sealed record NodeAcl(IReadOnlyList<Acl> Entries, NodeStat Stat);
