using Heron.Core.Packages;
using Heron.Core.Scheduling;
using Heron.Core.Topologies;
using Heron.Operations.Journal;

namespace Heron.Operations.Deploying;

/// <summary>Removes published packages; what is gone already is fine.</summary>
public sealed class PackageRemoval(IUploader uploader, IScheduler scheduler, IPackageStore store, PublishedPackages published)
{
    /// <summary>Removes what one submission published, and nothing of a rival one that carries the same topology id.</summary>
    public async Task OfSubmissionAsync(SubmitIntent submit, CancellationToken cancellationToken)
    {
        if (submit.Package is { } package)
        {
            await uploader.RemoveAsync(package, cancellationToken);
        }
        else
        {
            // A server that died between publishing in its own store and the note about it.
            store.RemoveOf(submit.Topology.Id, submit.Instance);
        }
    }

    /// <summary>
    /// The package of a topology that is about to be killed: the one noted here, else the one that its containers fetch. That is how
    /// packages of the Java server go, whose stored names are as unique as ours and tell nothing of a topology.
    /// </summary>
    /// <returns>Null when nobody knows, or when the file that the containers fetch is described as that of another topology.</returns>
    public async Task<PublishedPackage?> FindAsync(TopologyIdentity topology, CancellationToken cancellationToken)
    {
        if (published.Find(topology.Id) is { } noted)
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

    /// <summary>Removes everything that was published for a topology.</summary>
    /// <param name="topology">Whose.</param>
    /// <param name="package">Where it is, when the caller knows.</param>
    /// <param name="cancellationToken">Ends the wait for the upload target.</param>
    public async Task OfTopologyAsync(TopologyIdentity topology, PublishedPackage? package, CancellationToken cancellationToken)
    {
        if ((package ?? published.Find(topology.Id)) is { } known)
        {
            await uploader.RemoveAsync(known, cancellationToken);

            // Whatever uploads now: it may have been put into the store by an earlier server.
            store.Remove(known.Uri);
        }

        store.RemoveOf(topology.Id, instance: null);
        published.Forget(topology.Id);
    }
}
