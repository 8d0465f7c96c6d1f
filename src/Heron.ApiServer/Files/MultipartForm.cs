using Heron.Core;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Net.Http.Headers;

namespace Heron.ApiServer.Files;

/// <summary>
/// Reads a multipart/form-data body as a stream: part after part in whatever order, none of them kept in memory. Names may
/// come as <c>name="..."</c> in raw UTF-8 or, from older clients, as <c>name*=utf-8''...</c>; likewise file names.
/// </summary>
internal sealed class MultipartForm
{
    private const int BufferSize = 64 * 1024;
    private const int MaxBoundaryLength = 200;
    private const int MaxParts = 2_000;

    private readonly MultipartReader _reader;
    private int _parts;

    private MultipartForm(MultipartReader reader) => _reader = reader;

    /// <summary>Begins to read the form of a request.</summary>
    /// <exception cref="HeronException">It is no multipart form, or has no usable boundary.</exception>
    public static MultipartForm Of(HttpRequest request)
    {
        if (!MediaTypeHeaderValue.TryParse(request.ContentType, out var type)
            || !type.MediaType.Equals("multipart/form-data", StringComparison.OrdinalIgnoreCase))
        {
            throw new BadHttpRequestException(
                "send a multipart/form-data body", StatusCodes.Status415UnsupportedMediaType);
        }

        if (request.ContentLength is null && request.Headers.TransferEncoding.Count == 0)
        {
            throw new BadHttpRequestException(
                "send the form with a Content-Length, or as a chunked body", StatusCodes.Status411LengthRequired);
        }

        var boundary = HeaderUtilities.RemoveQuotes(type.Boundary);
        if (boundary.Length is 0 or > MaxBoundaryLength)
        {
            throw new HeronException(
                FaultKind.BadRequest, "the Content-Type needs a boundary of 1 to 200 characters");
        }

        return new MultipartForm(new MultipartReader(boundary.Value!, request.Body, BufferSize)
        {
            // The request as a whole is limited by Kestrel, text fields by whoever reads them.
            BodyLengthLimit = null,
            HeadersCountLimit = 16,
            HeadersLengthLimit = 16 * 1024,
        });
    }

    /// <summary>The next part that has a field name, or null after the last.</summary>
    public async Task<FormPart?> NextAsync(CancellationToken cancellationToken)
    {
        while (await NextSectionAsync(cancellationToken) is { } section)
        {
            if (++_parts > MaxParts)
            {
                throw new HeronException(FaultKind.TooLarge, $"the form has more than {MaxParts} parts");
            }

            if (ContentDispositionHeaderValue.TryParse(section.ContentDisposition, out var disposition)
                && NameOf(disposition) is { } name)
            {
                return new FormPart(name, FileNameOf(disposition), new FormPartBody(section.Body));
            }
        }

        return null;
    }

    /// <summary>Whether an exception of reading says that the client sent a broken body or stopped sending.</summary>
    public static bool IsClientFault(Exception exception) =>
        exception is InvalidDataException or IOException and not BadHttpRequestException
        || exception is BadHttpRequestException { StatusCode: StatusCodes.Status400BadRequest };

    /// <summary>The error for such an exception.</summary>
    public static HeronException Malformed(Exception cause) => new(
        FaultKind.BadRequest,
        cause is InvalidDataException or BadHttpRequestException
            ? $"the multipart body is malformed: {cause.Message}"
            : "the multipart body ended before its closing boundary: it was cut off, or the Content-Type names another boundary "
                + "than the body has",
        cause);

    private async Task<MultipartSection?> NextSectionAsync(CancellationToken cancellationToken)
    {
        try
        {
            return await _reader.ReadNextSectionAsync(cancellationToken);
        }
        catch (Exception e) when (IsClientFault(e))
        {
            throw Malformed(e);
        }
    }

    private static string? NameOf(ContentDispositionHeaderValue disposition)
    {
        var extended = disposition.Parameters.FirstOrDefault(
            p => p.Name.Equals("name*", StringComparison.OrdinalIgnoreCase));
        if (extended is not null && Rfc5987.TryDecode(extended.Value.Value, out var decoded))
        {
            return decoded;
        }

        return disposition.Name.HasValue ? HeaderUtilities.RemoveQuotes(disposition.Name).Value : null;
    }

    private static string? FileNameOf(ContentDispositionHeaderValue disposition)
    {
        var name = disposition.FileNameStar.HasValue ? disposition.FileNameStar : disposition.FileName;
        return name.HasValue ? HeaderUtilities.RemoveQuotes(name).Value : null;
    }
}
