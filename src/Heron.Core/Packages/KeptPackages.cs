// SPDX-License-Identifier: Apache-2.0
namespace Heron.Core.Packages;

/// <summary>What a store keeps.</summary>
/// <param name="Count">Number of packages.</param>
/// <param name="Bytes">On the disk: what several packages share counts once.</param>
/// <param name="Largest">The largest, largest first.</param>
public sealed record KeptPackages(int Count, long Bytes, IReadOnlyList<KeptPackage> Largest);

/// <summary>A package that a store keeps.</summary>
/// <param name="Name">Its name there.</param>
/// <param name="Length">Bytes.</param>
/// <param name="Stored">When it came.</param>
/// <param name="TopologyId">Whose package it is; null for what somebody has uploaded.</param>
/// <param name="By">Who brought it, as far as that is known.</param>
public sealed record KeptPackage(string Name, long Length, DateTimeOffset Stored, string? TopologyId, string? By);
