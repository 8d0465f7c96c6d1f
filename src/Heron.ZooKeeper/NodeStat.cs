// SPDX-License-Identifier: Apache-2.0
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

/// <summary>A node's data together with what the server knows about the node.</summary>
/// <param name="Data">The bytes; empty when the node has none.</param>
/// <param name="Stat">Versions, times, owner.</param>
public sealed record NodeData(byte[] Data, NodeStat Stat);

/// <summary>The names of a node's children together with what the server knows about the node.</summary>
/// <param name="Names">Names without their parent's path, in no particular order.</param>
/// <param name="Stat">Versions, times, owner of the parent.</param>
public sealed record NodeChildren(IReadOnlyList<string> Names, NodeStat Stat);

/// <summary>A node's access control list together with what the server knows about the node.</summary>
/// <param name="Entries">The entries.</param>
/// <param name="Stat">Versions, times, owner.</param>
public sealed record NodeAcl(IReadOnlyList<Acl> Entries, NodeStat Stat);

/// <summary>A node that was just created.</summary>
/// <param name="Path">Its path as the caller sees it, with the digits that a sequential mode appended.</param>
/// <param name="Stat">Versions, times, owner.</param>
public sealed record CreatedNode(string Path, NodeStat Stat);
