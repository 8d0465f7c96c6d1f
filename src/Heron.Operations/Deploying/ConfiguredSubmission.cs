using Heron.Core.Configuration;
using Heron.Core.Protobuf;
using Heron.Core.Topologies;

namespace Heron.Operations.Deploying;

/// <summary>A submission that makes sense: definition read and validated, configuration settled.</summary>
/// <param name="Form">What the client sent.</param>
/// <param name="Identity">Which topology.</param>
/// <param name="Topology">The definition.</param>
/// <param name="Config">The configuration of this topology.</param>
/// <param name="DefinitionFileName">Name of the definition in the package.</param>
/// <param name="BinaryFileName">Name of the binary in the package.</param>
public sealed record ConfiguredSubmission(
    SubmissionForm Form,
    TopologyIdentity Identity,
    Topology Topology,
    EffectiveConfig Config,
    string DefinitionFileName,
    string BinaryFileName);
