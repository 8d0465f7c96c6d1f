using Heron.Core.Packages;

namespace Heron.Uploaders.Tests;

/// <summary>Publishing for tests that do not ask where the package was going to be.</summary>
internal static class Publishing
{
    public static Task<PublishedPackage> PublishAsync(
        this IUploader uploader, TopologyPackage package, CancellationToken cancellationToken) =>
        uploader.PublishAsync(package, _ => { }, cancellationToken);
}
