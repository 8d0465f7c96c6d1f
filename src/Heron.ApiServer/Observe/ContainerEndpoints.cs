// SPDX-License-Identifier: Apache-2.0
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
        routes.MapGet(Container + "/logs", LogsAsync).Needs(Right.Read)
            .Described("getLogs", RouteGroups.Inside, "Shows the last lines of a log, and goes on with what is written", route => route
                .Path("container", "The container's number; 0 is the topology manager's.", ValueShape.Whole(0, int.MaxValue), "1")
                .Query("instance", "Whose log; without it the executor's.", example: "container_1_word_1")
                .Query("output", "Of the executor what was written there; of an instance the lines that are marked so.", ValueShape.OneOf("stdout", "stderr"))
                .Query("tail", "How many of the last lines that fit, or all.", example: "1000")
                .Query("since", "Only lines from then on: seconds since 1970, or a time in ISO 8601.", example: "2026-11-28T19:46:00Z")
                .Query("grep", "Only lines that hold this, in any case.")
                .Query("follow", "Go on with what is written later.", ValueShape.Flag)
                .Header("Last-Event-ID", "With follow: go on behind the line with this id.")
                .Text(200, "text/plain", "Lines.", "[2026-11-28 19:46:00 +0000] [INFO] started\n")
                .Text(200, EventStream.MediaType, "With follow, when Accept asks for it: an event a line.")
                .Fails(400, "A parameter means nothing.", "output is stdout or stderr")
                .Fails(404, "There is no such topology, container or log.", "Topology 'wordcount' does not exist")
                .Fails(409, "The topology is at another place.", TopologyPath.ElsewhereExample)
                .Fails(502, "Who has the log answered nonsense.", "heron-shell answered nonsense")
                .Fails(503, "Who has the log is away.", "the node does not answer"));
        routes.MapMethods(Container + "/files/{**path}", ReadRoutes.GetAndHead, FilesAsync).Needs(Right.Read)
            .Described("getContainerFiles", RouteGroups.Inside, "Lists a folder of a container, or sends a file", route => route
                .Path("container", "The container's number; 0 is the topology manager's.", ValueShape.Whole(0, int.MaxValue), "1")
                .Path("path", "From the container's folder; may be empty, and may have slashes.", example: "log-files")
                .Header("Range", "One range of a file.", "bytes=0-99")
                .Answer(200, ObserveJson.Relaxed.FolderListing, "The folder.", """
                    {"path":"log-files","entries":[{"name":"heron-executor.log","type":"file","mode":"-rw-r--r--","size":1234}]}
                    """)
                .Bytes(200, "application/octet-stream", "The file.")
                .With("Accept-Ranges", "bytes, of a file.")
                .With("Content-Disposition", "attachment, of a file.")
                .With("ETag", "Of a listing.")
                .Bytes(206, "application/octet-stream", "The range.").With("Content-Range", "Which of how many bytes.")
                .Bare(304, "The listing is the one that If-None-Match names.")
                .Fails(400, "There are no parameters here, or the path leads out of the folder.", "'recursive' means nothing here: this path takes no parameters")
                .Fails(404, "There is no such topology, container or file.", "Topology 'wordcount' does not exist")
                .Fails(409, "The topology is at another place.", TopologyPath.ElsewhereExample)
                .Fails(416, "The file has nothing of the range.", "the file has 10 bytes; the range asked for has none of them")
                .Fails(502, "Who has the file answered nonsense.", "heron-shell answered nonsense")
                .Fails(503, "Who has the file is away.", "the node does not answer"));
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
