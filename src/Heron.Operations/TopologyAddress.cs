// SPDX-License-Identifier: Apache-2.0
namespace Heron.Operations;

/// <summary>Which topology a request means; whether it is there is another question.</summary>
/// <param name="Cluster">As the request says.</param>
/// <param name="Role">As the request says.</param>
/// <param name="Environment">As the request says; empty for the CLI's <c>cluster/role</c>.</param>
/// <param name="Name">As the request says; unique in a state manager.</param>
public sealed record TopologyAddress(string Cluster, string Role, string Environment, string Name);
