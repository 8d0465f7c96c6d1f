// SPDX-License-Identifier: Apache-2.0
using System.Security.Cryptography;
using Microsoft.Net.Http.Headers;

namespace Heron.ApiServer.Answers;

/// <summary>
/// A body with an entity tag made of its bytes: who asks again with <c>If-None-Match</c> gets 304 while nothing has changed.
/// </summary>
/// <param name="bytes">The body.</param>
/// <param name="type">Its media type.</param>
internal sealed class TaggedBytes(byte[] bytes, string type) : IResult
{
    private const int TagBytes = 12;

    /// <inheritdoc/>
    public async Task ExecuteAsync(HttpContext httpContext)
    {
        var response = httpContext.Response;
        var tag = new EntityTagHeaderValue($"\"{Convert.ToHexStringLower(SHA256.HashData(bytes).AsSpan(0, TagBytes))}\"");
        var headers = response.GetTypedHeaders();
        headers.ETag = tag;
        headers.CacheControl = new CacheControlHeaderValue { NoCache = true };
        var known = httpContext.Request.GetTypedHeaders().IfNoneMatch;
        if (known.Any(k => k.Equals(EntityTagHeaderValue.Any) || k.Compare(tag, useStrongComparison: false)))
        {
            response.StatusCode = StatusCodes.Status304NotModified;
            return;
        }

        response.ContentType = type;
        response.ContentLength = bytes.Length;
        if (!HttpMethods.IsHead(httpContext.Request.Method))
        {
            await response.Body.WriteAsync(bytes, httpContext.RequestAborted);
        }
    }
}
