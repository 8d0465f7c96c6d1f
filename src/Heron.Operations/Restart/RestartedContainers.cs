// SPDX-License-Identifier: Apache-2.0
namespace Heron.Operations.Restart;

/// <summary>What was restarted.</summary>
/// <param name="Container">The container; null for all.</param>
/// <param name="Warnings">Which containers were missing, and whether that can be told at all.</param>
public sealed record RestartedContainers(int? Container, IReadOnlyList<string> Warnings);
