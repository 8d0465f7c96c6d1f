// SPDX-License-Identifier: Apache-2.0
using Heron.Core.Configuration;
using Heron.Core.Protobuf;
using Heron.Core.Topologies;

namespace Heron.Core.Scheduling;

/// <summary>A topology that is ready to be run but for its package: all that was decided about it, once.</summary>
/// <param name="Identity">Which topology.</param>
/// <param name="Topology">The validated definition.</param>
/// <param name="Plan">The packing plan.</param>
/// <param name="Config">The effective configuration, with its local and cluster views.</param>
/// <param name="DefinitionFileName">Name of the definition inside the package.</param>
/// <param name="BinaryFileName">Name of the topology binary inside the package.</param>
/// <param name="Core">The release of heron-core that runs the containers.</param>
public record PlannedTopology(
    TopologyIdentity Identity,
    Topology Topology,
    Packing.PackingPlan Plan,
    EffectiveConfig Config,
    string DefinitionFileName,
    string BinaryFileName,
    HeronCoreVersion Core)
{
    /// <summary>Where nodes find the package; before it is published, a stand-in for what is only shown.</summary>
    public virtual string PackageUri => "http://dry-run.invalid/topology.tar.gz";

    /// <summary>Lower-case hexadecimal digest of the package, where it is known.</summary>
    public virtual string? PackageSha256 => null;
}
