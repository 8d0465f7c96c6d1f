// SPDX-License-Identifier: Apache-2.0
using Heron.Core.Protobuf;

namespace Heron.Core.State;

/// <summary>What a submission writes before its containers start.</summary>
/// <param name="Topology">The whole definition; the state manager stores it without serialized objects.</param>
/// <param name="PackingPlan">The plan with scheduled resources.</param>
/// <param name="ExecutionState">Who, when, where.</param>
public sealed record TopologyRegistration(Topology Topology, PackingPlan PackingPlan, ExecutionState ExecutionState);
