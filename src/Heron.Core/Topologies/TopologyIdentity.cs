// SPDX-License-Identifier: Apache-2.0
namespace Heron.Core.Topologies;

/// <summary>Names one running topology: the four path segments of the HTTP API, and the id made at submit.</summary>
/// <param name="Cluster">The cluster name as configured at the server.</param>
/// <param name="Role">The role that owns the topology.</param>
/// <param name="Environment">May be empty: the CLI sends an empty one for <c>cluster/role</c>.</param>
/// <param name="Name">The topology name; also its znode name.</param>
/// <param name="Id">Name plus a UUID made by the client at submit; prefix of all job ids.</param>
public sealed record TopologyIdentity(string Cluster, string Role, string Environment, string Name, string Id);
