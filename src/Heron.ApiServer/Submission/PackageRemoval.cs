using Heron.ApiServer.Files;
using Heron.ApiServer.Submission.Journal;
using Heron.Core.Packages;

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
    /// <param name="topologyId">Whose.</param>
    /// <param name="package">Where it is, when the caller knows.</param>
    /// <param name="cancellationToken">Ends the wait for the upload target.</param>
    public async Task OfTopologyAsync(string topologyId, PublishedPackage? package, CancellationToken cancellationToken)
    {
        if ((package ?? published.Find(topologyId)) is { } known)
        {
            await uploader.RemoveAsync(known, cancellationToken);
        }

        store.RemoveOf(topologyId, instance: null);
        published.Forget(topologyId);
    }
}
