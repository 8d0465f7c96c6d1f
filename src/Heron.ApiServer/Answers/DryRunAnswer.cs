// SPDX-License-Identifier: Apache-2.0
using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Core.Features;

namespace Heron.ApiServer.Answers;

/// <summary>
/// The body of a dry run, <c>{"response":TEXT}</c>, which the CLI prints. It is sent while it is made: the text of a large topology is larger
/// than the server's memory.
/// </summary>
internal static class DryRunAnswer
{
    private const int Piece = 32 * 1024;

    // A dry run holds its plan, and its place among the few at once, until its client has read it.
    private static readonly MinDataRate SlowestReader = new(bytesPerSecond: 16 * 1024, gracePeriod: TimeSpan.FromSeconds(30));

    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Answers 200. Nothing is sent before the first piece is full: what fails by then becomes an error as any.</summary>
    /// <param name="context">Whose response.</param>
    /// <param name="text">The text; made while it is sent.</param>
    public static async Task SendAsync(HttpContext context, IEnumerable<string> text)
    {
        var response = context.Response;
        response.ContentType = "application/json; charset=utf-8";
        if (context.Features.Get<IHttpMinResponseDataRateFeature>() is { } rate)
        {
            rate.MinDataRate = SlowestReader;
        }

        // Not the response's own buffer: what stands in there would go out before the error that takes its place.
        var made = new ArrayBufferWriter<byte>(2 * Piece);
        await using var json = new Utf8JsonWriter(made, Options);
        json.WriteStartObject();
        json.WritePropertyName("response");
        foreach (var piece in text)
        {
            json.WriteStringValueSegment(piece, isFinalSegment: false);
            if (made.WrittenCount + json.BytesPending >= Piece)
            {
                await SendAsync();
            }
        }

        json.WriteStringValueSegment(ReadOnlySpan<char>.Empty, isFinalSegment: true);
        json.WriteEndObject();
        await SendAsync();

        async Task SendAsync()
        {
            await json.FlushAsync(context.RequestAborted);
            await response.Body.WriteAsync(made.WrittenMemory, context.RequestAborted);
            made.ResetWrittenCount();
        }
    }
}
