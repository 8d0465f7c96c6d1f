// SPDX-License-Identifier: Apache-2.0
using Heron.Core.Configuration;
using Heron.Core.Packages;
using Heron.Core.Protobuf;
using Heron.Core.Topologies;

namespace Heron.Core.Scheduling;

/// <summary>Everything a scheduler needs to start the containers of one submission.</summary>
/// <param name="Identity">Which topology.</param>
/// <param name="Topology">The validated definition.</param>
/// <param name="Plan">The packing plan.</param>
/// <param name="Config">The effective configuration, with its local and cluster views.</param>
/// <param name="Package">The published topology package.</param>
/// <param name="DefinitionFileName">Name of the definition inside the package.</param>
/// <param name="BinaryFileName">Name of the topology binary inside the package.</param>
/// <param name="Core">The release of heron-core that runs the containers.</param>
public sealed record TopologyDeployment(
    TopologyIdentity Identity,
    Topology Topology,
    Packing.PackingPlan Plan,
    EffectiveConfig Config,
    PublishedPackage Package,
    string DefinitionFileName,
    string BinaryFileName,
    HeronCoreVersion Core)
    : PlannedTopology(Identity, Topology, Plan, Config, DefinitionFileName, BinaryFileName, Core)
{
    /// <inheritdoc/>
    public override string PackageUri => Package.Uri;

    /// <inheritdoc/>
    public override string? PackageSha256 => Package.Sha256;

    /// <summary>The deployment of a topology whose package is published.</summary>
    public static TopologyDeployment Of(PlannedTopology planned, PublishedPackage package) => new(
        planned.Identity,
        planned.Topology,
        planned.Plan,
        planned.Config,
        package,
        planned.DefinitionFileName,
        planned.BinaryFileName,
        planned.Core);
}
