namespace Heron.Core.Packages;

/// <summary>Puts a topology package where every node can fetch it.</summary>
public interface IUploader
{
    /// <summary>Publishes a package; it is complete under its URI when this returns, or not there at all.</summary>
    /// <exception cref="HeronException">The package could not be published; nothing is left behind.</exception>
    Task<PublishedPackage> PublishAsync(TopologyPackage package, CancellationToken cancellationToken);

    /// <summary>Removes a published package; one that is gone already is fine.</summary>
    Task RemoveAsync(PublishedPackage package, CancellationToken cancellationToken);
}
