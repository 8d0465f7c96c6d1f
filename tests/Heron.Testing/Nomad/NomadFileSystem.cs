// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;

namespace Heron.Testing.Nomad;

/// <summary>What Nomad's clients show of allocations: folders, files and the outputs of tasks.</summary>
internal sealed class NomadFileSystem(NomadStore store, string dataFolder)
{
    /// <summary>Answers a request below <c>/v1/client/fs</c>; null for one that goes on, which <see cref="FollowAsync"/> answers.</summary>
    public NomadAnswer? Answer(string verb, string id, IQueryCollection query)
    {
        if (id.Length != 36)
        {
            return NomadAnswer.Text(500, "alloc lookup failed: index error: UUID must be 36 characters");
        }

        if (store.Allocations().FirstOrDefault(a => a.Id == id) is not { } allocation)
        {
            return NomadAnswer.Text(404, $"Unknown allocation \"{id}\"");
        }

        var root = Path.Join(dataFolder, "alloc", id);
        if (verb == "logs")
        {
            return Logs(allocation, root, query);
        }

        var path = query["path"].ToString();
        var full = Path.GetFullPath(Path.Join(root, path));
        if (!(full + "/").StartsWith(root + "/", StringComparison.Ordinal) || Escapes(root, full))
        {
            return NomadAnswer.Text(500, "Path escapes the alloc directory");
        }

        return verb switch
        {
            "ls" when Directory.Exists(full) => NomadAnswer.Json(new JsonArray(
                [.. new DirectoryInfo(full).GetFileSystemInfos().OrderBy(f => f.Name, StringComparer.Ordinal).Select(Describe)])),
            "stat" when File.Exists(full) || Directory.Exists(full) =>
                NomadAnswer.Json(Describe(Directory.Exists(full) ? new DirectoryInfo(full) : new FileInfo(full))),
            "readat" when File.Exists(full) => new NomadAnswer(200, "text/plain", Part(full, Number(query, "offset"), Number(query, "limit"))),
            _ => NomadAnswer.Text(500, $"stat {full}: no such file or directory"),
        };
    }

    /// <summary>Writes an output of a task for as long as the client listens: Nomad does so for tasks that have ended, too. It begins with the first byte.</summary>
    public async Task FollowAsync(HttpContext context, string id, IQueryCollection query)
    {
        var file = LogFile(Path.Join(dataFolder, "alloc", id), query["task"].ToString(), query["type"].ToString());
        var written = Begin(file, query);
        context.Response.ContentType = "text/plain";
        while (!context.RequestAborted.IsCancellationRequested)
        {
            var text = Part(file, written, long.MaxValue);
            written += System.Text.Encoding.UTF8.GetByteCount(text);
            if (text.Length > 0)
            {
                await context.Response.WriteAsync(text);
                await context.Response.Body.FlushAsync();
            }

            await Task.Delay(20);
        }
    }

    private static NomadAnswer? Logs(NomadAllocation allocation, string root, IQueryCollection query)
    {
        var (task, type) = (query["task"].ToString(), query["type"].ToString());
        if (task.Length == 0)
        {
            return NomadAnswer.Text(400, "must provide task name");
        }

        if (type is not ("stdout" or "stderr"))
        {
            return NomadAnswer.Text(400, "must provide log type (stdout/stderr)");
        }

        if (!allocation.TaskNames.Contains(task))
        {
            return NomadAnswer.Text(400, $"unknown task name \"{task}\"");
        }

        var file = LogFile(root, task, type);
        return !File.Exists(file) ? NomadAnswer.Text(404, $"task \"{task}\" not started yet. No logs available")
            : query["follow"] == "true" ? null
            : new NomadAnswer(
                200, "text/plain",
                Part(file, Begin(file, query), long.MaxValue));
    }

    /// <summary>Nothing from the end means all, as Nomad has it.</summary>
    private static long Begin(string file, IQueryCollection query) => query["origin"] == "end" && Number(query, "offset") is > 0 and var offset
        ? Math.Max(0, new FileInfo(file).Length - offset)
        : 0;

    private static string LogFile(string root, string task, string type) => Path.Join(root, "alloc", "logs", $"{task}.{type}.0");

    /// <summary>Whether a link on the way leads out, which Nomad refuses since 1.0.18.</summary>
    private static bool Escapes(string root, string full)
    {
        for (var at = full; at.Length > root.Length; at = Path.GetDirectoryName(at)!)
        {
            if (new FileInfo(at).LinkTarget is { } target
                && !(Path.GetFullPath(target, Path.GetDirectoryName(at)!) + "/").StartsWith(root + "/", StringComparison.Ordinal))
            {
                return true;
            }
        }

        return false;
    }

    private static long Number(IQueryCollection query, string name) =>
        long.TryParse(query[name].ToString(), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : 0;

    private static string Part(string file, long offset, long limit)
    {
        using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        stream.Position = Math.Min(offset, stream.Length);
        var bytes = new byte[Math.Min(limit, stream.Length - stream.Position)];
        stream.ReadExactly(bytes);
        return System.Text.Encoding.UTF8.GetString(bytes);
    }

    private static JsonNode Describe(FileSystemInfo entry) => new JsonObject
    {
        ["Name"] = entry.Name,
        ["IsDir"] = entry is DirectoryInfo && entry.LinkTarget is null,
        ["Size"] = entry is FileInfo file && file.LinkTarget is null ? file.Length : 4096,
        ["FileMode"] = (entry.LinkTarget is not null ? "L" : entry is DirectoryInfo ? "d" : "-") + "rw-r--r--",
        ["ModTime"] = entry.LastWriteTimeUtc.ToString("O"),
    };
}
