// SPDX-License-Identifier: Apache-2.0
using Heron.Core;
using Heron.Core.Configuration;
using Microsoft.AspNetCore.Http.Features;

namespace Heron.ApiServer.Files;

/// <summary>The largest body that uploads and submissions may have, in bytes.</summary>
/// <param name="Bytes">From <c>heron.apiserver.http.upload.max.bytes</c>.</param>
public sealed record UploadLimit(long Bytes)
{
    /// <summary>Bytes that the body of one request may have. Default 8 GiB.</summary>
    public const string Key = "heron.apiserver.http.upload.max.bytes";

    /// <summary>Eight GiB: room for any topology, and an end.</summary>
    public const long Default = 8L * 1024 * 1024 * 1024;

    /// <summary>The limit that the server's settings name, or the default.</summary>
    /// <exception cref="HeronException"><see cref="FaultKind.Invalid"/>: it is no whole number, or not above zero.</exception>
    public static UploadLimit From(HeronConfig config)
    {
        var bytes = config.GetLong(Key, Default);
        return bytes > 0
            ? new UploadLimit(bytes)
            : throw new HeronException(
                FaultKind.Invalid, $"the setting {Key} is {bytes}: it must be at least 1 byte; leave it out for {Default} bytes");
    }

    /// <summary>Raises Kestrel's limit for this request from that of a small form to this one.</summary>
    /// <exception cref="HeronException">The request announces more than that.</exception>
    internal void Apply(HttpContext context)
    {
        if (context.Request.ContentLength > Bytes)
        {
            throw new HeronException(
                FaultKind.TooLarge,
                $"the body has {context.Request.ContentLength} bytes, this server takes at most {Bytes}; the operator can raise {Key}");
        }

        var feature = context.Features.Get<IHttpMaxRequestBodySizeFeature>();
        if (feature is { IsReadOnly: false })
        {
            feature.MaxRequestBodySize = Bytes;
        }
    }
}
