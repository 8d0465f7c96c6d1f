// SPDX-License-Identifier: Apache-2.0
namespace Heron.ZooKeeper;

/// <summary>What kind of node to create. The values are those of the wire protocol.</summary>
public enum CreateMode
{
    /// <summary>Stays until it is deleted.</summary>
    Persistent = 0,

    /// <summary>Is deleted by the server when the session that created it ends.</summary>
    Ephemeral = 1,

    /// <summary>Persistent; the server appends ten digits that count up under the parent.</summary>
    PersistentSequential = 2,

    /// <summary>Ephemeral; the server appends ten digits that count up under the parent.</summary>
    EphemeralSequential = 3,

    /// <summary>Is deleted by the server some time after its last child was deleted (ZooKeeper 3.5.1 and newer).</summary>
    Container = 4,
}
