namespace Heron.ZooKeeper;

/// <summary>What the server knows about a node besides its data.</summary>
/// <param name="CreatedZxid">Transaction that created the node: no two nodes, not even of one path, share it.</param>
/// <param name="ModifiedZxid">Transaction that last set the data.</param>
/// <param name="CreatedAt">When the node was created, by the server's clock, in milliseconds since 1970.</param>
/// <param name="ModifiedAt">When the data was last set, by the server's clock, in milliseconds since 1970.</param>
/// <param name="Version">How often the data was set.</param>
/// <param name="ChildrenVersion">How often a child was created or deleted.</param>
/// <param name="AclVersion">How often the access control list was set.</param>
/// <param name="EphemeralOwner">The session that owns an ephemeral node; 0 for persistent ones.</param>
/// <param name="DataLength">Length of the data in bytes.</param>
/// <param name="ChildCount">Number of children.</param>
/// <param name="ChildrenZxid">Transaction that last created or deleted a child.</param>
public sealed record NodeStat(
    long CreatedZxid,
    long ModifiedZxid,
    long CreatedAt,
    long ModifiedAt,
    int Version,
    int ChildrenVersion,
    int AclVersion,
    long EphemeralOwner,
    int DataLength,
    int ChildCount,
    long ChildrenZxid);
