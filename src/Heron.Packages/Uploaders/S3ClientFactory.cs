// SPDX-License-Identifier: Apache-2.0
using System.Net;
using Amazon;
using Amazon.Runtime;
using Amazon.S3;
using Heron.Core;

namespace Heron.Packages.Uploaders;

/// <summary>Makes the client that <see cref="S3Uploader"/> sends with.</summary>
internal static class S3ClientFactory
{
    private const int Retries = 3;

    /// <summary>A client with the bucket in the path, as Heron's uploader uses it.</summary>
    /// <exception cref="HeronException">The profile does not exist, or is of a kind that cannot be used.</exception>
    internal static AmazonS3Client Create(S3UploaderOptions options)
    {
        var config = new AmazonS3Config
        {
            ForcePathStyle = true,
            MaxErrorRetry = Retries,
            ConnectTimeout = options.Patience.Connecting,
            Timeout = options.Patience.Whole,

            // The digest that is signed covers the bytes. Further checksums in trailers are what many stores do not take, and the
            // tag that one answers is its own business: it is not compared with anything.
            RequestChecksumCalculation = RequestChecksumCalculation.WHEN_REQUIRED,
            ResponseChecksumValidation = ResponseChecksumValidation.WHEN_REQUIRED,
        };
        if (options.Endpoint is { } endpoint)
        {
            config.ServiceURL = endpoint.ToString();
            config.AuthenticationRegion = options.Region;
        }
        else
        {
            config.RegionEndpoint = RegionEndpoint.GetBySystemName(options.Region);
        }

        if (options.Proxy is { } proxy)
        {
            config.ProxyHost = proxy.Host;
            config.ProxyPort = proxy.Port;
            var user = proxy.UserInfo.Split(':', 2);
            if (user[0].Length > 0)
            {
                config.ProxyCredentials = new NetworkCredential(
                    Uri.UnescapeDataString(user[0]), user.Length > 1 ? Uri.UnescapeDataString(user[1]) : "");
            }
        }

        return S3Credentials.Of(options) is { } credentials
            ? new AmazonS3Client(credentials, config)
            : new AmazonS3Client(config);
    }
}
