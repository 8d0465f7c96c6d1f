using Heron.ApiServer.Access;
using Heron.ApiServer.Answers;
using Heron.ApiServer.Errors;
using Heron.ApiServer.Files;
using Heron.ApiServer.Routing;
using Heron.Core;
using Heron.Core.Topologies;
using Heron.Operations.Observe.Files;
using Microsoft.Net.Http.Headers;

namespace Heron.ApiServer.Observe;

/// <summary>The routes that show what containers have written: logs by lines, and the files of their folders.</summary>
internal static class ContainerEndpoints
{
    private const string Container = TopologyPath.Pattern + "/containers/{container:int:min(0)}";

    /// <summary>Adds the routes.</summary>
    public static IEndpointRouteBuilder MapContainers(this IEndpointRouteBuilder routes)
    {
        routes.MapGet(Container + "/logs", LogsAsync).Needs(Right.Read);
        routes.MapRead(Container + "/files/{**path}", FilesAsync).Needs(Right.Read);
        return routes;
    }

    private static async Task LogsAsync(HttpContext context, TopologyPath path, int container, LogReader logs)
    {
        var question = LogsQuery.Read(context.Request, container);
        var asEvents = question.Follow && EventStream.IsWanted(context.Request);
        await (asEvents ? EventStream.SendAsync(context, ReadAsync) : EventStream.SendTextAsync(context, ReadAsync));

        async Task<IAsyncEnumerable<StreamMessage>> ReadAsync(CancellationToken token) =>
            (await logs.OpenAsync(path.Address, question, token)).Select(line => new StreamMessage(line.Mark, line.Text));
    }

    private static async Task FilesAsync(HttpContext context, TopologyPath path, int container, ContainerReader reader)
    {
        var token = context.RequestAborted;
        MetricsQuery.RefuseUnknown(context.Request.Query);
        var file = PathOf(context);
        var topology = await reader.FindAsync(path.Address, token);
        if (file.Length == 0 || file.EndsWith('/'))
        {
            await ListAsync(context, reader, topology, container, file);
            return;
        }

        long size;
        try
        {
            await using var nothing = await reader.OpenAsync(topology, container, file, 0, 0, token);
            size = nothing.Size ?? 0;
        }
        catch (HeronException fault) when (fault.Kind == FaultKind.NotFound)
        {
            if (!await TryListAsync(context, reader, topology, container, file))
            {
                throw;
            }

            return;
        }

        await SendAsync(context, reader, topology, container, file, size);
    }

    // As the client sent it, decoded once.
    private static string PathOf(HttpContext context) => (string?)context.Request.RouteValues["path"] ?? "";

    private static async Task<bool> TryListAsync(
        HttpContext context, ContainerReader reader, TopologyIdentity topology, int container, string path)
    {
        try
        {
            await ListAsync(context, reader, topology, container, path);
            return true;
        }
        catch (HeronException fault) when (fault.Kind == FaultKind.NotFound)
        {
            return false;
        }
    }

    private static async Task ListAsync(
        HttpContext context, ContainerReader reader, TopologyIdentity topology, int container, string path) =>
        await new TaggedJson<FolderListing>(
            await reader.ListAsync(topology, container, path, context.RequestAborted), ObserveJson.Relaxed.FolderListing).ExecuteAsync(context);

    private static async Task SendAsync(
        HttpContext context, ContainerReader reader, TopologyIdentity topology, int container, string path, long size)
    {
        var (request, response) = (context.Request, context.Response);
        response.Headers.AcceptRanges = "bytes";
        response.Headers.XContentTypeOptions = "nosniff";
        response.Headers.CacheControl = "no-store";
        var asked = ByteRange.Of(request, size, out var satisfiable);
        if (!satisfiable)
        {
            response.Headers.ContentRange = $"bytes */{size}";
            await ErrorWriter.WriteAsync(
                context,
                StatusCodes.Status416RangeNotSatisfiable,
                new ErrorBody($"the file has {size} bytes; the range asked for has none of them"));
            return;
        }

        var range = asked ?? new ByteRange(0, size);
        await using var content = await reader.OpenAsync(topology, container, path, range.Offset, range.Length, context.RequestAborted);
        if (asked is not null)
        {
            response.StatusCode = StatusCodes.Status206PartialContent;
            response.Headers.ContentRange = $"bytes {range.Offset}-{range.Offset + range.Length - 1}/{size}";
        }

        // A container's file is anybody's: it is kept, never shown as a page of this server's.
        var disposition = new ContentDispositionHeaderValue("attachment");
        disposition.SetHttpFileName(path[(path.LastIndexOf('/') + 1)..]);
        response.Headers.ContentDisposition = disposition.ToString();
        response.ContentType = "application/octet-stream";
        response.ContentLength = range.Length;
        if (HttpMethods.IsGet(request.Method))
        {
            await CopyAsync(content.Stream, response.Body, range.Length, path, context.RequestAborted);
        }
    }

    private static async Task CopyAsync(Stream from, Stream to, long count, string path, CancellationToken cancellationToken)
    {
        var piece = new byte[64 * 1024];
        while (count > 0)
        {
            var read = await from.ReadAsync(piece.AsMemory(0, (int)Math.Min(piece.Length, count)), cancellationToken);
            if (read == 0)
            {
                throw new IOException($"the file {ShownText.Of(path)} became shorter while it was sent");
            }

            await to.WriteAsync(piece.AsMemory(0, read), cancellationToken);
            count -= read;
        }
    }
}
