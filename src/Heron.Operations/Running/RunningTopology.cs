// SPDX-License-Identifier: Apache-2.0
using Heron.Core.Protobuf;
using Heron.Core.Topologies;

namespace Heron.Operations.Running;

/// <summary>A topology that is registered under the cluster, role and environment of the request.</summary>
/// <param name="Identity">Its names and its id.</param>
/// <param name="ExecutionState">Who submitted it, when, with which release.</param>
public sealed record RunningTopology(TopologyIdentity Identity, ExecutionState ExecutionState);
