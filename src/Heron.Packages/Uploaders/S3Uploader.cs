// SPDX-License-Identifier: Apache-2.0
using System.Net;
using Amazon.Runtime;
using Amazon.S3;
using Amazon.S3.Model;
using Heron.Core;
using Heron.Core.Packages;

namespace Heron.Packages.Uploaders;

/// <summary>
/// Puts packages into a bucket. The URI that nodes get is the plain one, as from Heron's uploader: the bucket must allow
/// them to read it.
/// </summary>
/// <param name="options">Where to.</param>
/// <param name="time">Measures how long the store says nothing.</param>
public sealed class S3Uploader(S3UploaderOptions options, TimeProvider time) : IUploader, IDisposable
{
    // Credentials may have to be asked for over the network: not before they are needed.
    private readonly Lazy<AmazonS3Client> _client = new(() => S3ClientFactory.Create(options));

    private string BaseAddress =>
        (options.Endpoint?.ToString().TrimEnd('/') ?? $"https://s3.{options.Region}.amazonaws.com") + "/" + options.Bucket + "/";

    /// <inheritdoc/>
    public async Task<PublishedPackage> PublishAsync(
        TopologyPackage package, Func<PublishedPackage, Task> decided, CancellationToken cancellationToken)
    {
        var key = KeyOf(package);
        var path = string.Join('/', key.Split('/').Select(Uri.EscapeDataString));
        var published = new PublishedPackage(BaseAddress + path, package.Sha256);
        await decided(published);
        using var watch = new UploadWatch(options.Patience, time, cancellationToken);
        await using var file = WatchedPackage.Open(package.Path, watch);
        var request = new PutObjectRequest
        {
            BucketName = options.Bucket,
            Key = key,
            InputStream = file,
            AutoCloseStream = false,
            ContentType = "application/gzip",
            UseChunkEncoding = false,
            DisablePayloadSigning = false,
        };
        await CallAsync(client => client.PutObjectAsync(request, watch.Token), "be stored", watch);
        return published;
    }

    /// <summary>Deletes the object, if it is one of ours in this bucket; anything else is left alone.</summary>
    /// <inheritdoc/>
    public async Task RemoveAsync(PublishedPackage package, CancellationToken cancellationToken)
    {
        if (!package.Uri.StartsWith(BaseAddress, StringComparison.Ordinal))
        {
            return;
        }

        var key = Uri.UnescapeDataString(package.Uri[BaseAddress.Length..]);
        if (PackageFileName.IsOurs(key[(key.LastIndexOf('/') + 1)..]))
        {
            using var watch = new UploadWatch(options.Patience, time, cancellationToken);
            await CallAsync(client => client.DeleteObjectAsync(options.Bucket, key, watch.Token), "be deleted", watch);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_client.IsValueCreated)
        {
            _client.Value.Dispose();
        }
    }

    private string KeyOf(TopologyPackage package)
    {
        var prefix = options.PathPrefix.For(package);
        return (prefix.Length > 0 ? prefix + "/" : "") + package.TopologyName + "/" + PackageFileName.Of(package);
    }

    private async Task CallAsync<T>(Func<AmazonS3Client, Task<T>> call, string what, UploadWatch watch)
    {
        try
        {
            await call(_client.Value);
        }
        catch (Exception fault) when (watch.IsOver)
        {
            throw watch.Explain($"{BaseAddress} (heron.uploader.s3.uri, heron.uploader.s3.bucket)", fault);
        }
        catch (AmazonServiceException fault) when (fault.StatusCode is not 0 and not HttpStatusCode.ServiceUnavailable)
        {
            throw new HeronException(
                FaultKind.BadGateway,
                $"the package cannot {what} in {BaseAddress}: status {(int)fault.StatusCode}, {fault.ErrorCode}: {fault.Message}",
                fault);
        }
        catch (Exception fault) when (fault is AmazonClientException or AmazonServiceException or HttpRequestException or IOException)
        {
            throw new HeronException(FaultKind.Unavailable, $"the package cannot {what} in {BaseAddress} (heron.uploader.s3.uri): {PeerWords.Of(fault)}", fault);
        }
    }
}
