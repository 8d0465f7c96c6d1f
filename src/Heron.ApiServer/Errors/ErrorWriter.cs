using System.Text.Json;
using Heron.ApiServer.Hosting;

namespace Heron.ApiServer.Errors;

/// <summary>Writes error bodies; nothing else in the server does.</summary>
internal static class ErrorWriter
{
    /// <summary>Serializes an error as it goes over the wire.</summary>
    public static byte[] Serialize(ErrorBody body) =>
        JsonSerializer.SerializeToUtf8Bytes(body, ApiJson.Relaxed.ErrorBody);

    /// <summary>Answers with an error; what a handler set on the response so far is dropped, except for Allow and Content-Range.</summary>
    public static async Task WriteAsync(HttpContext context, int status, ErrorBody body)
    {
        var response = context.Response;
        var allow = response.Headers.Allow;
        var contentRange = response.Headers.ContentRange;
        var retryAfter = response.Headers.RetryAfter;
        response.Clear();
        response.Headers.Allow = allow;
        response.Headers.ContentRange = contentRange;
        response.Headers.RetryAfter = retryAfter;
        response.StatusCode = status;
        response.ContentType = "application/json";
        response.Headers.CacheControl = "no-store";
        if (status is StatusCodes.Status413PayloadTooLarge or StatusCodes.Status400BadRequest)
        {
            // What the client still sends is not worth reading, or cannot be told from a next request.
            response.Headers.Connection = "close";
        }

        var bytes = Serialize(body);
        response.ContentLength = bytes.Length;
        if (!HttpMethods.IsHead(context.Request.Method))
        {
            await response.Body.WriteAsync(bytes, CancellationToken.None);
        }
    }
}
