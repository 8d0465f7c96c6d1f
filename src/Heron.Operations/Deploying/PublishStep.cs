// SPDX-License-Identifier: Apache-2.0
using Heron.Core;
using Heron.Core.Packages;
using Heron.Operations.Journal;

namespace Heron.Operations.Deploying;

/// <summary>Puts the package where nodes can fetch it.</summary>
public sealed class PublishStep(IUploader uploader, IPackageStore store) : ILaunchStep
{
    /// <inheritdoc/>
    public string Name => "publish";

    /// <inheritdoc/>
    public async Task RunAsync(Launch launch, CancellationToken cancellationToken)
    {
        var package = await PublishAsync(launch, cancellationToken);
        if (package != launch.Progress.Package)
        {
            await launch.NoteAsync(launch.Progress with { Package = package }, cancellationToken);
        }
    }

    /// <inheritdoc/>
    public async Task UndoAsync(DeploymentIntent intent, CancellationToken cancellationToken)
    {
        if (intent.Package is { } package)
        {
            await uploader.RemoveAsync(package, cancellationToken);

            // Whatever uploads now: it may have been put into the store by an earlier server.
            store.Remove(package.Uri);
        }

        // A server that died between publishing in its own store and the note about it leaves a package that only the store
        // knows. Of a rival submission that carries the same topology id nothing is touched.
        if (intent.Package is null || intent.PublishedBy is null)
        {
            store.RemoveOf(intent.Topology.Id, intent.PublishedBy);
        }
    }

    private async Task<PublishedPackage> PublishAsync(Launch launch, CancellationToken cancellationToken)
    {
        try
        {
            return await uploader.PublishAsync(
                launch.Package,
                decided => launch.NoteAsync(launch.Progress with { Package = decided }, cancellationToken),
                cancellationToken);
        }
        catch (HeronException fault) when (fault.Kind != FaultKind.Unavailable)
        {
            // Nothing is there: no reason to ask a target that has just refused, and to wait for it if it refuses that, too.
            await launch.NoteAsync(launch.Progress with { Package = null }, cancellationToken);
            throw;
        }
    }
}
