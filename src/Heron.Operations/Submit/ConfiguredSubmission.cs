// SPDX-License-Identifier: Apache-2.0
using Heron.Core.Configuration;
using Heron.Core.Protobuf;
using Heron.Core.Scheduling;
using Heron.Core.Topologies;

namespace Heron.Operations.Submit;

/// <summary>A submission that makes sense: definition read and validated, configuration and release of heron-core settled.</summary>
/// <param name="Form">What the client sent.</param>
/// <param name="Identity">Which topology.</param>
/// <param name="Topology">The definition.</param>
/// <param name="Config">The configuration of this topology.</param>
/// <param name="Core">The release of heron-core that its containers run.</param>
/// <param name="DefinitionFileName">Name of the definition in the package.</param>
/// <param name="BinaryFileName">Name of the binary in the package.</param>
public sealed record ConfiguredSubmission(
    SubmissionForm Form,
    TopologyIdentity Identity,
    Topology Topology,
    EffectiveConfig Config,
    HeronCoreVersion Core,
    string DefinitionFileName,
    string BinaryFileName)
{
    /// <summary>What the user should know although nothing is wrong.</summary>
    public IReadOnlyList<string> Warnings { get; init; } = [];
}
