// SPDX-License-Identifier: Apache-2.0
using System.Text;
using System.Text.RegularExpressions;
using Heron.Core;
using Microsoft.Net.Http.Headers;

namespace Heron.ApiServer.FormData;

/// <summary>
/// Reads a multipart/form-data body as a stream: part after part in whatever order, none of them kept in memory. Names may
/// come as <c>name="..."</c> in raw UTF-8 or, from older clients, as <c>name*=utf-8''...</c>; likewise file names.
/// </summary>
internal sealed partial class MultipartForm
{
    /// <summary>The media type.</summary>
    public const string MediaType = "multipart/form-data";

    private const int BufferSize = 64 * 1024;
    private const int MaxBoundaryLength = 200;
    private const int MaxParts = 2_000;
    private const int MaxCharsetName = 100;

    private readonly MultipartReader _reader;
    private readonly long? _length;
    private Encoding _charset = Charsets.Default;
    private int _parts;

    private MultipartForm(MultipartReader reader, long? length)
    {
        _reader = reader;
        _length = length;
    }

    /// <summary>Whether the request says that its body is such a form.</summary>
    public static bool IsOne(HttpRequest request) => StringSegmentOf(request).Equals(MediaType, StringComparison.OrdinalIgnoreCase);

    /// <summary>Begins to read the form of a request.</summary>
    /// <exception cref="BadHttpRequestException">415: it is no multipart form; 411: nothing says where it ends.</exception>
    /// <exception cref="HeronException"><see cref="FaultKind.BadRequest"/>: it has no usable boundary.</exception>
    public static MultipartForm Of(HttpRequest request)
    {
        if (!IsOne(request))
        {
            throw new BadHttpRequestException("send a multipart/form-data body", StatusCodes.Status415UnsupportedMediaType);
        }

        if (request.ContentLength is null && request.Headers.TransferEncoding.Count == 0)
        {
            throw new BadHttpRequestException(
                "send the form with a Content-Length, or as a chunked body", StatusCodes.Status411LengthRequired);
        }

        var boundary = BoundaryOf(request.ContentType!);
        if (boundary.Length is 0 or > MaxBoundaryLength)
        {
            throw new HeronException(
                FaultKind.BadRequest, "the Content-Type needs a boundary of 1 to 200 characters");
        }

        // The request as a whole is limited by Kestrel, text fields by whoever reads them.
        return new MultipartForm(new MultipartReader(boundary, request.Body, BufferSize), request.ContentLength);
    }

    /// <summary>The next part that has a field name, or null after the last.</summary>
    /// <exception cref="HeronException">The form is malformed, ends early, or has too many parts.</exception>
    /// <exception cref="BadHttpRequestException">415: the part is encoded in a way that is not known.</exception>
    public async Task<FormPart?> NextAsync(CancellationToken cancellationToken)
    {
        while (await _reader.NextAsync(cancellationToken) is { } headers)
        {
            if (++_parts > MaxParts)
            {
                throw new HeronException(FaultKind.TooLarge, $"the form has more than {MaxParts} parts");
            }

            if (!ContentDispositionHeaderValue.TryParse(ValueOf(headers, HeaderNames.ContentDisposition), out var disposition)
                || Parameter(disposition, "name") is not { } name)
            {
                continue;
            }

            var decoder = TransferDecoder.For(ValueOf(headers, "Content-Transfer-Encoding"), name);
            var body = new FormPartBody(
                _reader,
                decoder,
                CharsetOf(ValueOf(headers, HeaderNames.ContentType), name) ?? _charset,
                name);
            if (name != Charsets.FieldName)
            {
                return new FormPart(name, Parameter(disposition, "filename"), body)
                {
                    LengthIfLast = decoder is null && _length - _reader.Position - _reader.EndLength is >= 0 and var rest ? rest : null,
                };
            }

            _charset = Charsets.Get(await body.ReadTextAsync(MaxCharsetName, cancellationToken), $"the field {Charsets.FieldName}");
        }

        return null;
    }

    private static string? ValueOf(IReadOnlyList<string> headers, string name) => headers
        .Where(h => h.Length > name.Length && h[name.Length] == ':' && h.StartsWith(name, StringComparison.OrdinalIgnoreCase))
        .Select(h => h[(name.Length + 1)..].Trim())
        .FirstOrDefault();

    private static string StringSegmentOf(HttpRequest request) => (request.ContentType ?? "").Split(';', 2)[0].Trim();

    // An '=' in a boundary has to be quoted (RFC 2045 section 5.1), and is not by everybody; no other reading is possible.
    private static string BoundaryOf(string contentType) => MediaTypeHeaderValue.TryParse(contentType, out var type)
        ? HeaderUtilities.RemoveQuotes(type.Boundary).ToString()
        : UnquotedBoundary().Match(contentType).Groups["boundary"].Value;

    private static Encoding? CharsetOf(string? contentType, string part) =>
        MediaTypeHeaderValue.TryParse(contentType, out var type) && type.Charset.Length > 0
            ? Charsets.Get(HeaderUtilities.RemoveQuotes(type.Charset).ToString(), $"the part '{ShownText.Of(part)}'")
            : null;

    private static string? Parameter(ContentDispositionHeaderValue disposition, string name)
    {
        string? plain = null;
        foreach (var parameter in disposition.Parameters)
        {
            if (parameter.Name.Equals(name + "*", StringComparison.OrdinalIgnoreCase)
                && Rfc5987.TryDecode(HeaderUtilities.RemoveQuotes(parameter.Value).Value, out var decoded))
            {
                return decoded;
            }

            if (parameter.Name.Equals(name, StringComparison.OrdinalIgnoreCase))
            {
                plain ??= HeaderUtilities.RemoveQuotes(parameter.Value).ToString();
            }
        }

        return plain;
    }

    [GeneratedRegex(@";\s*boundary=(?<boundary>[^\s;""]+)\s*(;|\z)", RegexOptions.CultureInvariant | RegexOptions.IgnoreCase)]
    private static partial Regex UnquotedBoundary();
}
