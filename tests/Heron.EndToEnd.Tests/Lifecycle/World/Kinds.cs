// SPDX-License-Identifier: Apache-2.0
namespace Heron.EndToEnd.Tests.Lifecycle.World;

/// <summary>What runs the containers.</summary>
public enum Runs
{
    /// <summary>Jobs of a scripted Nomad that really runs raw_exec tasks.</summary>
    Nomad,

    /// <summary>Child processes.</summary>
    Local,
}

/// <summary>What keeps the state.</summary>
public enum Keeps
{
    /// <summary>A folder.</summary>
    Folder,

    /// <summary>A real ZooKeeper.</summary>
    ZooKeeper,
}
