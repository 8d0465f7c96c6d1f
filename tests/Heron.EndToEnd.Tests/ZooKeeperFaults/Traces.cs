// SPDX-License-Identifier: Apache-2.0
namespace Heron.EndToEnd.Tests.ZooKeeperFaults;

/// <summary>What exists of topologies, everywhere.</summary>
/// <param name="Nodes">Below the state's root, <c>directory/name</c>.</param>
/// <param name="Jobs">Ids of Nomad's jobs.</param>
/// <param name="Files">In the server's store and workspaces.</param>
/// <param name="Journal">Operations that are not brought to an end.</param>
internal sealed record Traces(
    IReadOnlyList<string> Nodes, IReadOnlyList<string> Jobs, IReadOnlyList<string> Files, IReadOnlyList<string> Journal)
{
    public bool AreNone => Nodes.Count + Jobs.Count + Files.Count + Journal.Count == 0;

    public override string ToString() => string.Join(' ', [.. Nodes, .. Jobs, .. Files, .. Journal]);
}
