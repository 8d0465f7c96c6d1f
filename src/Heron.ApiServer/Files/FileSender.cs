using System.IO.Pipelines;
using Heron.ApiServer.Errors;
using Microsoft.Net.Http.Headers;

namespace Heron.ApiServer.Files;

/// <summary>Answers GET and HEAD for a file: conditions, one range, then the bytes in large pieces.</summary>
internal sealed class FileSender
{
    // Measured: 256 KiB pieces are about twice as fast as SendFileAsync. Each costs that much memory per connection, so with
    // many downloads at once the pieces become smaller (docs/decisions/package-store.md).
    private const int LargePiece = 256 * 1024;
    private const int SmallPiece = 64 * 1024;
    private const int ManyDownloads = 32;

    private int _active;

    /// <summary>Sends the file; it stays open until this returns.</summary>
    public async Task SendAsync(HttpContext context, StoredFile file)
    {
        var request = context.Request;
        var response = context.Response;
        var tag = new EntityTagHeaderValue(file.ETag);
        response.Headers.ETag = file.ETag;
        response.Headers.LastModified = HeaderUtilities.FormatDate(file.LastModified);
        response.Headers.AcceptRanges = "bytes";
        if (IsAnother(request, tag, file.LastModified))
        {
            response.StatusCode = StatusCodes.Status412PreconditionFailed;
            return;
        }

        if (IsUnchanged(request, tag, file.LastModified))
        {
            response.StatusCode = StatusCodes.Status304NotModified;
            return;
        }

        response.Headers.XContentTypeOptions = "nosniff";
        response.Headers.ContentDisposition = SafeDisposition(file.Name);
        response.ContentType = "application/octet-stream";
        var range = new ByteRange(0, file.Length);
        if (HttpMethods.IsGet(request.Method) && IsRangeWanted(request, tag, file.LastModified))
        {
            var asked = ByteRange.Of(request, file.Length, out var satisfiable);
            if (!satisfiable)
            {
                response.Headers.ContentRange = $"bytes */{file.Length}";
                await ErrorWriter.WriteAsync(
                    context,
                    StatusCodes.Status416RangeNotSatisfiable,
                    new ErrorBody($"the file has {file.Length} bytes; the range asked for has none of them"));
                return;
            }

            if (asked is { } part)
            {
                range = part;
                response.StatusCode = StatusCodes.Status206PartialContent;
                response.Headers.ContentRange = $"bytes {part.Offset}-{part.Offset + part.Length - 1}/{file.Length}";
            }
        }

        response.ContentLength = range.Length;
        if (HttpMethods.IsGet(request.Method))
        {
            await CopyAsync(file, range, response.BodyWriter, context.RequestAborted);
        }
    }

    private async Task CopyAsync(StoredFile file, ByteRange range, PipeWriter target, CancellationToken cancellationToken)
    {
        var piece = Interlocked.Increment(ref _active) > ManyDownloads ? SmallPiece : LargePiece;
        try
        {
            var (offset, end) = (range.Offset, range.Offset + range.Length);
            while (offset < end)
            {
                var wanted = (int)Math.Min(piece, end - offset);
                var memory = target.GetMemory(wanted);
                var read = await RandomAccess.ReadAsync(file.Handle, memory[..wanted], offset, cancellationToken);
                if (read == 0)
                {
                    throw new IOException($"the file {file.Name} became shorter while it was sent");
                }

                target.Advance(read);
                offset += read;
                var flushed = await target.FlushAsync(cancellationToken);
                if (flushed.IsCompleted)
                {
                    return;
                }
            }
        }
        finally
        {
            Interlocked.Decrement(ref _active);
        }
    }

    // RFC 9110 section 13.2.2: If-Match counts, and only without it If-Unmodified-Since.
    private static bool IsAnother(HttpRequest request, EntityTagHeaderValue tag, DateTimeOffset modified)
    {
        var match = request.Headers.IfMatch;
        if (match.Count > 0)
        {
            return !EntityTagHeaderValue.TryParseList(match, out var tags)
                || !tags.Any(t => t == EntityTagHeaderValue.Any || t.Compare(tag, useStrongComparison: true));
        }

        return HeaderUtilities.TryParseDate(request.Headers.IfUnmodifiedSince.ToString(), out var since) && modified > since;
    }

    // RFC 9110 section 13.2.2: If-None-Match counts, and only without it If-Modified-Since.
    private static bool IsUnchanged(HttpRequest request, EntityTagHeaderValue tag, DateTimeOffset modified)
    {
        var none = request.Headers.IfNoneMatch;
        if (none.Count > 0)
        {
            return EntityTagHeaderValue.TryParseList(none, out var tags)
                && tags.Any(t => t == EntityTagHeaderValue.Any || t.Compare(tag, useStrongComparison: false));
        }

        return HeaderUtilities.TryParseDate(request.Headers.IfModifiedSince.ToString(), out var since) && modified <= since;
    }

    // RFC 9110 section 13.1.5: a stale If-Range turns the range off.
    private static bool IsRangeWanted(HttpRequest request, EntityTagHeaderValue tag, DateTimeOffset modified)
    {
        var condition = request.Headers.IfRange.ToString();
        return condition.Length == 0
            || (RangeConditionHeaderValue.TryParse(condition, out var value)
                && (value.EntityTag?.Compare(tag, useStrongComparison: true) ?? value.LastModified == modified));
    }

    // The names of the store need no second, encoded form; the name of the operator's core package may.
    private static string SafeDisposition(string name)
    {
        if (StoredName.TryParse(name, out _))
        {
            return $"attachment; filename=\"{name}\"";
        }

        var disposition = new ContentDispositionHeaderValue("attachment");
        disposition.SetHttpFileName(name);
        return disposition.ToString();
    }
}
