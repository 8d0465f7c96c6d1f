using Heron.Core;
using Heron.Core.Packages;

namespace Heron.Operations.Deploying;

/// <summary>Step 6: puts the package where nodes can fetch it.</summary>
public sealed class PublishStep(IUploader uploader, PackageRemoval removal) : ILaunchStep
{
    /// <inheritdoc/>
    public string Name => "publish";

    /// <inheritdoc/>
    public async Task RunAsync(Launch launch, CancellationToken cancellationToken)
    {
        var package = await PublishAsync(launch, cancellationToken);
        if (package != launch.Progress.Package)
        {
            launch.Note(launch.Progress with { Package = package });
        }
    }

    /// <inheritdoc/>
    public Task UndoAsync(Launch launch, CancellationToken cancellationToken) =>
        removal.OfSubmissionAsync(launch.Progress, cancellationToken);

    private async Task<PublishedPackage> PublishAsync(Launch launch, CancellationToken cancellationToken)
    {
        try
        {
            return await uploader.PublishAsync(
                launch.Package, decided => launch.Note(launch.Progress with { Package = decided }), cancellationToken);
        }
        catch (HeronException fault) when (fault.Kind != FaultKind.Unavailable)
        {
            // Nothing is there: no reason to ask a target that has just refused, and to wait for it if it refuses that, too.
            launch.Note(launch.Progress with { Package = null });
            throw;
        }
    }
}
