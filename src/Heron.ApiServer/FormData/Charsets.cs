// SPDX-License-Identifier: Apache-2.0
using System.Text;
using Heron.Core;

namespace Heron.ApiServer.FormData;

/// <summary>The charsets that text of a form may be in. Bytes that are no text of theirs are refused, never replaced.</summary>
internal static class Charsets
{
    /// <summary>The form field that names the charset of the text fields behind it (HTML, section 4.10.22.4).</summary>
    public const string FieldName = "_charset_";

    /// <summary>UTF-8, which everything is in that says nothing else.</summary>
    public static Encoding Default { get; } = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>The charset of that name, or null when there is none.</summary>
    public static Encoding? Find(string name)
    {
        try
        {
            return CodePagesEncodingProvider.Instance.GetEncoding(name, EncoderFallback.ExceptionFallback, DecoderFallback.ExceptionFallback)
                ?? Encoding.GetEncoding(name, EncoderFallback.ExceptionFallback, DecoderFallback.ExceptionFallback);
        }
        catch (Exception e) when (e is ArgumentException or NotSupportedException)
        {
            return null;
        }
    }

    /// <summary>The charset of that name.</summary>
    /// <param name="name">As the client wrote it.</param>
    /// <param name="where">What names it, for the message.</param>
    /// <exception cref="BadHttpRequestException">415: this server does not know it.</exception>
    public static Encoding Get(string name, string where) => Find(name) ?? throw new BadHttpRequestException(
        $"{where} names the charset {ShownText.Of(name)}, which this server does not know; send UTF-8",
        StatusCodes.Status415UnsupportedMediaType);

    /// <summary>The text that bytes are.</summary>
    /// <exception cref="HeronException"><see cref="FaultKind.BadRequest"/>: they are none in this charset.</exception>
    public static string Decode(Encoding charset, ReadOnlySpan<byte> bytes, string where)
    {
        try
        {
            return charset.GetString(bytes);
        }
        catch (DecoderFallbackException e)
        {
            throw new HeronException(
                FaultKind.BadRequest, $"{where} has bytes that are no {charset.WebName}; send UTF-8, or name the charset that it is in", e);
        }
    }
}
