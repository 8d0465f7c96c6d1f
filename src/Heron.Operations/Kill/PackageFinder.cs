// SPDX-License-Identifier: Apache-2.0
using Heron.Core.Packages;
using Heron.Core.Scheduling;
using Heron.Core.Topologies;
using Heron.Operations.Deploying;

namespace Heron.Operations.Kill;

/// <summary>
/// Finds the package of a topology that is about to be killed: the one noted here, else the one that its containers fetch. That
/// is how packages of the Java server go, whose stored names are as unique as ours and tell nothing of a topology.
/// </summary>
public sealed class PackageFinder(PublishedPackages published, IScheduler scheduler, IPackageStore store)
{
    /// <summary>Where the package is.</summary>
    /// <returns>Null when nobody knows, or when the file that the containers fetch is described as that of another topology.</returns>
    public async Task<PublishedPackage?> FindAsync(TopologyIdentity topology, CancellationToken cancellationToken)
    {
        if (published.Find(topology) is { } noted)
        {
            return noted;
        }

        if (await scheduler.FindPackageUriAsync(topology, cancellationToken) is not { } uri)
        {
            return null;
        }

        var isOfAnother = store.TopologyIdOf(uri) is { } owner && owner != topology.Id;
        return isOfAnother ? null : new PublishedPackage(uri, Sha256: null);
    }
}
