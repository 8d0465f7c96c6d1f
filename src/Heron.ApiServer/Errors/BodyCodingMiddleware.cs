// SPDX-License-Identifier: Apache-2.0
using Heron.Core;

namespace Heron.ApiServer.Errors;

/// <summary>
/// Refuses a request whose body is coded in a way that nothing here takes off again, or whose length is said twice (Transfer-Encoding
/// and Content-Length). RFC 9112 section 6.1 allows a server to take the latter, but a proxy in front may see another end of it than we do.
/// </summary>
internal sealed class BodyCodingMiddleware(RequestDelegate next)
{
    // Where Kestrel keeps the Content-Length that Transfer-Encoding overrides.
    private const string OverriddenLength = "X-Content-Length";

    /// <summary>Runs the rest of the pipeline for sound requests only.</summary>
    public Task InvokeAsync(HttpContext context)
    {
        var headers = context.Request.Headers;
        if (headers.TransferEncoding is { Count: > 0 } coding && !coding.ToString().Equals("chunked", StringComparison.OrdinalIgnoreCase))
        {
            // RFC 9112 section 6.1: Kestrel reads the chunks and leaves the other coding in the body.
            throw new HeronException(
                FaultKind.BadRequest, $"the Transfer-Encoding {ShownText.Of(coding.ToString())} is not understood; send chunked");
        }

        if (headers.TransferEncoding.Count > 0 && (headers.ContentLength is not null || headers.ContainsKey(OverriddenLength)))
        {
            throw new HeronException(
                FaultKind.BadRequest, "the request has both a Content-Length and a Transfer-Encoding; send only one of them");
        }

        if (headers.ContentEncoding is { Count: > 0 } content && !content.ToString().Equals("identity", StringComparison.OrdinalIgnoreCase))
        {
            // RFC 9110 section 15.5.16: and this is what would be taken.
            context.Response.Headers.AcceptEncoding = "identity";
            throw new BadHttpRequestException(
                $"the Content-Encoding {ShownText.Of(content.ToString())} is not taken here; send the body as it is",
                StatusCodes.Status415UnsupportedMediaType);
        }

        return next(context);
    }
}
