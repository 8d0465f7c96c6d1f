// SPDX-License-Identifier: Apache-2.0
using System.Net;

namespace Heron.Daemons.Calls;

/// <summary>One request to a daemon.</summary>
/// <param name="Target">Path and query, escaped, with the leading slash.</param>
/// <param name="Body">What is posted; null for a GET.</param>
internal sealed record DaemonCall(string Target, byte[]? Body = null)
{
    /// <summary>The request to an address; the daemon sees the name under which it is known.</summary>
    public HttpRequestMessage ToRequest(IPEndPoint to, string host)
    {
        // The path goes as it is: two dots stay two dots, so that the shell refuses them and not some other path is asked for.
        var uri = new Uri($"http://{to}{Target}", new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true });
        return new HttpRequestMessage(Body is null ? HttpMethod.Get : HttpMethod.Post, uri)
        {
            Content = Body is null ? null : new ByteArrayContent(Body),
            Headers = { Host = $"{host}:{to.Port}", ConnectionClose = true },
        };
    }
}

/// <summary>What a daemon answered.</summary>
/// <param name="Status">HTTP status.</param>
/// <param name="Body">All of it.</param>
internal sealed record DaemonAnswer(HttpStatusCode Status, byte[] Body);
