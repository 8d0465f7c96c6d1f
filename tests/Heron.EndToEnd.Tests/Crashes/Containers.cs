// SPDX-License-Identifier: Apache-2.0
namespace Heron.EndToEnd.Tests.Crashes;

/// <summary>What a scheduler has of a topology.</summary>
/// <param name="Running">One name for each container.</param>
/// <param name="Leftovers">What must not outlive the topology, such as files and stray processes.</param>
internal sealed record Containers(IReadOnlyList<string> Running, IReadOnlyList<string> Leftovers);
