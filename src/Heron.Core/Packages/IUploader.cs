// SPDX-License-Identifier: Apache-2.0
namespace Heron.Core.Packages;

/// <summary>Puts a topology package where every node can fetch it.</summary>
public interface IUploader
{
    /// <summary>Publishes a package; it is complete under its URI when this returns, or not there at all.</summary>
    /// <param name="package">What to publish.</param>
    /// <param name="decided">
    /// Told where the package will be, before anything is sent there, so that <see cref="RemoveAsync"/> can be called for it
    /// even after this process died in the middle. An uploader whose URI is chosen by the other side does not call it, and
    /// neither does one whose packages say themselves which submission they belong to.
    /// </param>
    /// <param name="cancellationToken">Calls the upload off; what is there then has to be removed.</param>
    /// <exception cref="HeronException">
    /// The package could not be published; nothing is left behind. Only after <see cref="FaultKind.Unavailable"/> nobody knows,
    /// for the other side may have got all of it and its answer was lost: then it has to be removed.
    /// </exception>
    Task<PublishedPackage> PublishAsync(
        TopologyPackage package, Func<PublishedPackage, Task> decided, CancellationToken cancellationToken);

    /// <summary>
    /// Removes a package that is published, or was to be, and whatever an interrupted upload left of it; one that is gone
    /// already is fine.
    /// </summary>
    Task RemoveAsync(PublishedPackage package, CancellationToken cancellationToken);
}
