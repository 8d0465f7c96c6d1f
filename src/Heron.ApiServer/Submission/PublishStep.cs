using Heron.Core.Packages;

namespace Heron.ApiServer.Submission;

/// <summary>Step 6: puts the package where nodes can fetch it.</summary>
public sealed class PublishStep(IUploader uploader, PackageRemoval removal) : ILaunchStep
{
    /// <inheritdoc/>
    public string Name => "publish";

    /// <inheritdoc/>
    public async Task RunAsync(Launch launch, CancellationToken cancellationToken)
    {
        var package = await uploader.PublishAsync(launch.Package, cancellationToken);
        launch.Note(launch.Progress with { Package = package });
    }

    /// <inheritdoc/>
    public Task UndoAsync(Launch launch, CancellationToken cancellationToken) =>
        removal.OfSubmissionAsync(launch.Progress, cancellationToken);
}
