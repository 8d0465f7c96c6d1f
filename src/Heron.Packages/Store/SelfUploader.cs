// SPDX-License-Identifier: Apache-2.0
using Heron.Core.Packages;

namespace Heron.Packages.Store;

/// <summary>
/// The default uploader: publishes into this server's own store. Heron's <c>HttpUploader</c> with this server's own address
/// means the same and ends up here, without sending the package through a socket.
/// </summary>
public sealed class SelfUploader(PackageStore store, ServerUrls urls) : IUploader
{
    /// <summary>Publishes; the store's description of a package says whose submission it is, from its first moment on.</summary>
    /// <inheritdoc/>
    public Task<PublishedPackage> PublishAsync(
        TopologyPackage package, Func<PublishedPackage, Task> decided, CancellationToken cancellationToken)
    {
        var name = store.Publish(new NewPackage(package.Path, package.Sha256, package.Length)
        {
            ClientName = "topology.tar.gz",
            TopologyId = package.TopologyId,
            By = package.Role,
            IsSigned = urls.AreSigned,
        });
        return Task.FromResult(new PublishedPackage(urls.Of(name), package.Sha256));
    }

    /// <inheritdoc/>
    public Task RemoveAsync(PublishedPackage package, CancellationToken cancellationToken)
    {
        store.Remove(package.Uri);
        return Task.CompletedTask;
    }
}
