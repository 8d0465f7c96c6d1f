using Heron.ApiServer.Files;
using Heron.ApiServer.Submission.Journal;
using Heron.Core.Packages;
using Heron.Core.Topologies;

namespace Heron.ApiServer.Submission;

/// <summary>Removes published packages; what is gone already is fine.</summary>
public sealed class PackageRemoval(IUploader uploader, PackageStore store, PublishedPackages published)
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

    /// <summary>Removes everything that was published for a topology.</summary>
    /// <param name="topology">Whose.</param>
    /// <param name="package">Where it is, when the caller knows.</param>
    /// <param name="cancellationToken">Ends the wait for the upload target.</param>
    public async Task OfTopologyAsync(TopologyIdentity topology, PublishedPackage? package, CancellationToken cancellationToken)
    {
        if ((package ?? published.Find(topology.Id)) is { } known)
        {
            await uploader.RemoveAsync(known, cancellationToken);
        }

        store.RemoveOf(topology.Id, instance: null);
        published.Forget(topology.Id);
    }
}
