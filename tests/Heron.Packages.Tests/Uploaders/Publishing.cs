// SPDX-License-Identifier: Apache-2.0
using Heron.Core.Packages;

namespace Heron.Packages.Tests.Uploaders;

/// <summary>Publishing for tests that do not ask where the package was going to be.</summary>
internal static class Publishing
{
    public static Task<PublishedPackage> PublishAsync(
        this IUploader uploader, TopologyPackage package, CancellationToken cancellationToken) =>
        uploader.PublishAsync(package, _ => Task.CompletedTask, cancellationToken);
}
