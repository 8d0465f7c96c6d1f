// SPDX-License-Identifier: Apache-2.0
using System.Text;
using Heron.Core;
using Microsoft.Extensions.Primitives;
using Microsoft.Net.Http.Headers;

namespace Heron.ApiServer.FormData;

/// <summary>Reads the short forms of restart and update, urlencoded as the CLI sends them or in parts.</summary>
internal static class SmallForm
{
    private const string UrlEncoded = "application/x-www-form-urlencoded";
    private const int MaxFields = 2_000;
    private const int MaxFieldBytes = 256 * 1024;

    /// <summary>The fields; none when there is no body, as activate and kill have none either.</summary>
    /// <exception cref="BadHttpRequestException">
    /// 415: the body is something else. It must not pass for an empty form: a restart of one container would become one of all.
    /// </exception>
    /// <exception cref="HeronException"><see cref="FaultKind.BadRequest"/>: the form is broken, or is not in the charset that it says.</exception>
    public static async Task<IFormCollection> ReadAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        var fields = new Dictionary<string, StringValues>(StringComparer.Ordinal);
        if (MultipartForm.IsOne(request))
        {
            var form = MultipartForm.Of(request);
            while (await form.NextAsync(cancellationToken) is { } part)
            {
                Add(fields, part.Name, await part.Body.ReadTextAsync(MaxFieldBytes, cancellationToken));
            }
        }
        else if (MediaTypeHeaderValue.TryParse(request.ContentType, out var type)
            && type.MediaType.Equals(UrlEncoded, StringComparison.OrdinalIgnoreCase))
        {
            var charset = type.Charset.HasValue
                ? Charsets.Get(HeaderUtilities.RemoveQuotes(type.Charset).ToString(), "the Content-Type")
                : Charsets.Default;
            Parse(await ReadBodyAsync(request.Body, cancellationToken), charset, fields);
        }
        else if (request.ContentLength is not (null or 0) || request.Headers.TransferEncoding.Count > 0)
        {
            throw new BadHttpRequestException($"send the fields as {UrlEncoded}", StatusCodes.Status415UnsupportedMediaType);
        }

        return new FormCollection(fields);
    }

    private static void Parse(byte[] body, Encoding charset, Dictionary<string, StringValues> fields)
    {
        var pairs = new List<(byte[] Name, byte[] Value)>();
        foreach (var range in ((ReadOnlySpan<byte>)body).Split((byte)'&'))
        {
            var pair = body.AsSpan(range);
            if (pair.IsEmpty)
            {
                continue;
            }

            if (pairs.Count == MaxFields)
            {
                throw new HeronException(FaultKind.TooLarge, $"the form has more than {MaxFields} fields");
            }

            var equals = pair.IndexOf((byte)'=');
            pairs.Add((
                PercentText.Decode(equals < 0 ? pair : pair[..equals], plusIsBlank: true),
                equals < 0 ? [] : PercentText.Decode(pair[(equals + 1)..], plusIsBlank: true)));
        }

        if (pairs.Find(p => p.Name.AsSpan().SequenceEqual("_charset_"u8)).Value is { } name)
        {
            charset = Charsets.Get(Encoding.UTF8.GetString(name), $"the field {Charsets.FieldName}");
        }

        foreach (var (key, value) in pairs)
        {
            var field = Charsets.Decode(charset, key, "the name of a form field");
            if (field != Charsets.FieldName)
            {
                Add(fields, field, Charsets.Decode(charset, value, $"the form field '{Core.ShownText.Of(field)}'"));
            }
        }
    }

    private static void Add(Dictionary<string, StringValues> fields, string name, string value) =>
        fields[name] = fields.TryGetValue(name, out var values) ? StringValues.Concat(values, value) : value;

    // Kestrel ends it at the limit of small bodies.
    private static async Task<byte[]> ReadBodyAsync(Stream body, CancellationToken cancellationToken)
    {
        try
        {
            using var bytes = new MemoryStream();
            await body.CopyToAsync(bytes, cancellationToken);
            return bytes.ToArray();
        }
        catch (IOException e) when (e is not BadHttpRequestException)
        {
            throw new HeronException(FaultKind.BadRequest, "the form ended early: the connection was cut off", e);
        }
    }
}
