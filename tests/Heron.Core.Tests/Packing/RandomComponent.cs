// SPDX-License-Identifier: Apache-2.0
namespace Heron.Core.Tests.Packing;

/// <summary>A component with or without resources of its own.</summary>
public sealed record RandomComponent(int Parallelism, int? RamMegabytes, double? Cpu);
