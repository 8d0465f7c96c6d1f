// SPDX-License-Identifier: Apache-2.0
using System.Text.Json;
using Heron.ApiServer.Answers;
using Heron.ApiServer.Logging;
using Microsoft.Net.Http.Headers;

namespace Heron.ApiServer.Errors;

/// <summary>Writes error bodies; nothing else in the server does.</summary>
internal static class ErrorWriter
{
    private static readonly string[] Kept =
    [
        HeaderNames.AcceptEncoding, HeaderNames.Allow, HeaderNames.ContentRange, HeaderNames.RetryAfter, HeaderNames.WWWAuthenticate,
        RequestId.Header,
    ];

    /// <summary>Serializes an error as it goes over the wire.</summary>
    public static byte[] Serialize(ErrorBody body) =>
        JsonSerializer.SerializeToUtf8Bytes(body, ApiJson.Relaxed.ErrorBody);

    /// <summary>Answers with an error; what a handler set on the response so far is dropped, except for headers that belong to an error.</summary>
    public static async Task WriteAsync(HttpContext context, int status, ErrorBody body)
    {
        var response = context.Response;
        var kept = Array.ConvertAll(Kept, name => KeyValuePair.Create(name, response.Headers[name]));
        response.Clear();
        foreach (var (name, value) in kept)
        {
            response.Headers[name] = value;
        }

        if (Pages.ErrorPages.IsWantedBy(context.Request))
        {
            await Pages.ErrorPages.SendAsync(context, status, body.Message);
            return;
        }

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
