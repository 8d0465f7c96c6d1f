// SPDX-License-Identifier: Apache-2.0
namespace Heron.Operations;

/// <summary>The cluster that this server serves.</summary>
/// <param name="Name">What submissions must name.</param>
public sealed record ServedCluster(string Name);
