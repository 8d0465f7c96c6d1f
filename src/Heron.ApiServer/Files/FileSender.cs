// SPDX-License-Identifier: Apache-2.0
using System.IO.Pipelines;
using Heron.ApiServer.Answers;
using Heron.ApiServer.Errors;
using Heron.Core;
using Heron.Packages.Store;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Core.Features;
using Microsoft.Net.Http.Headers;

namespace Heron.ApiServer.Files;

/// <summary>Answers GET and HEAD for a file: conditions, one range, then the bytes, which the kernel sends where it can.</summary>
internal static class FileSender
{
    // Below this size one call with the head of the answer and the bytes is cheaper than two calls.
    private const int SmallFile = 8 * 1024;

    // What is handed to the kernel at once. A client has this many bytes to take within the grace below.
    private const int KernelPiece = 2 * 1024 * 1024;
    private const int CopiedPiece = 64 * 1024;
    private const int PiecesInARow = 8;

    private const int SlowestRate = 2048;

    private static readonly MinDataRate SlowestReader = new(
        bytesPerSecond: SlowestRate, gracePeriod: TimeSpan.FromSeconds(30 + (KernelPiece / SlowestRate)));

    /// <summary>Sends the file; it stays open until this returns.</summary>
    public static async Task SendAsync(HttpContext context, StoredFile file)
    {
        var request = context.Request;
        var response = context.Response;
        var tag = new EntityTagHeaderValue(file.ETag);
        response.Headers.ETag = file.ETag;
        response.Headers.LastModified = HeaderUtilities.FormatDate(file.LastModified);
        response.Headers.AcceptRanges = "bytes";
        if (file.Sha256 is { } sha256)
        {
            response.Headers[ReprDigest.Header] = ReprDigest.Format(sha256);
        }

        if (!FileConditions.IsWanted(request, tag, file.LastModified))
        {
            await ErrorWriter.WriteAsync(
                context,
                StatusCodes.Status412PreconditionFailed,
                new ErrorBody($"the file is not the one that If-Match or If-Unmodified-Since names: its tag is {file.ETag}"));
            return;
        }

        if (FileConditions.IsUnchanged(request, tag, file.LastModified))
        {
            response.StatusCode = StatusCodes.Status304NotModified;
            return;
        }

        response.Headers.XContentTypeOptions = "nosniff";
        response.Headers.ContentDisposition = SafeDisposition(file.Name);
        response.ContentType = "application/octet-stream";
        var range = new ByteRange(0, file.Length);
        if (HttpMethods.IsGet(request.Method) && FileConditions.IsRangeWanted(request, tag, file.LastModified))
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
            await SendAsync(context, file, range);
        }
    }

    private static async Task SendAsync(HttpContext context, StoredFile file, ByteRange range)
    {
        // What is encrypted has to pass through this process.
        var output = context.Features.Get<ITlsConnectionFeature>() is null ? context.Features.Get<IFileOutput>() : null;
        if (output is null || range.Length <= SmallFile)
        {
            await CopyAsync(file, range, context.Response.BodyWriter, context.RequestAborted);
            return;
        }

        // Kestrel asks that each flush ends within the grace, whatever its size.
        if (context.Features.Get<IHttpMinResponseDataRateFeature>() is { } rate)
        {
            rate.MinDataRate = SlowestReader;
        }

        output.Open(file.Handle);
        try
        {
            // The head of the answer must be written before what follows it counts as the file's.
            await context.Response.StartAsync(context.RequestAborted);
            output.Begin(range.Offset, range.Length);
            await AdvanceAsync(context.Response.BodyWriter, range.Length, context.RequestAborted);
        }
        catch (OperationCanceledException) when (output.Fault is not null)
        {
            // The connection was cut for it, which may call the request off before its last flush returns.
        }
        finally
        {
            output.End();
        }

        if (output.Fault is { } fault)
        {
            throw new HeronException(FaultKind.Unavailable, $"the file {file.Name} could not be sent to its end: {PeerWords.Of(fault)}", fault);
        }
    }

    private static async Task AdvanceAsync(PipeWriter target, long length, CancellationToken cancellationToken)
    {
        var pieces = 0;
        for (var left = length; left > 0;)
        {
            var piece = (int)Math.Min(KernelPiece, left);

            // Kestrel wants to be asked for memory first; that which it gives here is nobody's.
            target.GetMemory();
            target.Advance(piece);
            left -= piece;
            if ((await target.FlushAsync(cancellationToken)).IsCompleted)
            {
                return;
            }

            if (++pieces % PiecesInARow == 0)
            {
                // A client as fast as the kernel must not keep others from the thread.
                await Task.Yield();
            }
        }
    }

    private static async Task CopyAsync(StoredFile file, ByteRange range, PipeWriter target, CancellationToken cancellationToken)
    {
        var (offset, end) = (range.Offset, range.Offset + range.Length);
        while (offset < end)
        {
            var wanted = (int)Math.Min(CopiedPiece, end - offset);
            var memory = target.GetMemory(wanted);

            // From the page cache, nearly always: a copy is quicker than its way through the thread pool.
            var read = RandomAccess.Read(file.Handle, memory.Span[..wanted], offset);
            if (read == 0)
            {
                throw new IOException($"the file {file.Name} became shorter while it was sent");
            }

            target.Advance(read);
            offset += read;
            if ((await target.FlushAsync(cancellationToken)).IsCompleted)
            {
                return;
            }
        }
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
