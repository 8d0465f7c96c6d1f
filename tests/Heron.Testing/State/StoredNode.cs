// SPDX-License-Identifier: Apache-2.0
namespace Heron.Testing.State;

/// <summary>A node as it lies in a store.</summary>
/// <param name="Path">Relative to the root.</param>
/// <param name="Kind"><c>directory</c> and <c>file</c> in a folder; <c>persistent</c> and <c>ephemeral</c> in ZooKeeper.</param>
/// <param name="Data">Empty for directories.</param>
public sealed record StoredNode(string Path, string Kind, byte[] Data)
{
    /// <summary>Access as <c>scheme:id:permission bits</c>; none in a folder.</summary>
    public IReadOnlyList<string> Acl { get; init; } = [];

    /// <summary>How often the data was set; none in a folder.</summary>
    public int? Version { get; init; }
}
