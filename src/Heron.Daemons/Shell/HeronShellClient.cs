// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Heron.Core;
using Heron.Core.Daemons;
using Heron.Daemons.Calls;

namespace Heron.Daemons.Shell;

/// <summary>
/// Asks the shell of a container: a small HTTP server beside its processes, which serves the container's folder and runs
/// tools of the JVM. Its <c>killexecutor</c> is never called.
/// </summary>
public sealed class HeronShellClient(DaemonTransport transport, TimeProvider time)
{
    /// <summary>Longest slice that is asked for at once.</summary>
    public const int MaxSlice = 1024 * 1024;

    // What it takes to tell whether a last character was cut: no character of UTF-8 is longer.
    private const char Replacement = '\uFFFD';

    private readonly ShellTurns _turns = new(time);

    /// <summary>The process id that a process of the container wrote down when it started.</summary>
    /// <param name="shell">The shell of the container.</param>
    /// <param name="process">An instance id, or a daemon's name such as <c>stmgr-1</c>.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="DaemonException">The shell is away, hangs or is busy, or sent what it should not.</exception>
    /// <exception cref="HeronException"><see cref="FaultKind.NotFound"/>: no such process was ever started there.</exception>
    public async Task<ShellOutput> PidAsync(DaemonAddress shell, string process, CancellationToken cancellationToken)
    {
        await _turns.WaitAsync(shell, cancellationToken);
        var answer = await transport.AskAsync(
            shell, new DaemonCall("/pid/" + Uri.EscapeDataString(process)), DaemonLimits.Quick, cancellationToken);

        // Its program has only this status for a file that is not there.
        if (answer.Status == HttpStatusCode.InternalServerError)
        {
            throw new HeronException(
                FaultKind.NotFound, $"{shell.Daemon} knows no process '{ShownText.Of(process)}': none of that name has been started");
        }

        return Read(shell, answer, ShellJson.Default.ShellOutput);
    }

    /// <summary>Runs a tool on the JVM of an instance; the shell does nothing else meanwhile.</summary>
    /// <exception cref="DaemonException">As for <see cref="PidAsync"/>.</exception>
    /// <exception cref="HeronException">As for <see cref="PidAsync"/>.</exception>
    public async Task<ShellOutput> RunAsync(
        DaemonAddress shell, JvmTool tool, string instance, CancellationToken cancellationToken)
    {
        var pid = (await PidAsync(shell, instance, cancellationToken)).Stdout.Trim();
        if (pid.Length is 0 or > 19 || !pid.All(char.IsAsciiDigit))
        {
            throw new DaemonException(FaultKind.BadGateway, shell.Daemon, "answered pid with something that is no process id");
        }

        var path = tool switch
        {
            JvmTool.Jstack => "jstack",
            JvmTool.Jmap => "jmap",
            JvmTool.Histo => "histo",
            _ => throw new ArgumentOutOfRangeException(nameof(tool)),
        };
        using var turn = await _turns.TakeAsync(shell, path, cancellationToken);
        return Read(
            shell,
            await transport.AskAsync(shell, new DaemonCall($"/{path}/{pid}"), DaemonLimits.Tool, cancellationToken),
            ShellJson.Default.ShellOutput);
    }

    /// <summary>The entries of a folder, by name.</summary>
    /// <param name="shell">The shell of the container.</param>
    /// <param name="path">From the container's folder; empty or <c>.</c> for itself.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="DaemonException">As for <see cref="PidAsync"/>.</exception>
    /// <exception cref="HeronException">
    /// <see cref="FaultKind.BadRequest"/>: the path leads out; <see cref="FaultKind.NotFound"/>: there is no such folder.
    /// </exception>
    public async Task<IReadOnlyDictionary<string, ShellFile>> ListAsync(
        DaemonAddress shell, string path, CancellationToken cancellationToken)
    {
        await _turns.WaitAsync(shell, cancellationToken);
        var answer = await transport.AskAsync(
            shell, new DaemonCall("/filestats/" + Escape(path)), DaemonLimits.Quick, cancellationToken);
        return answer.Status == HttpStatusCode.InternalServerError
            ? throw NotThere(path, "folder")
            : Read(shell, answer, ShellJson.Default.DictionaryStringShellFile);
    }

    /// <summary>A piece of a file.</summary>
    /// <param name="shell">The shell of the container.</param>
    /// <param name="path">From the container's folder.</param>
    /// <param name="offset">In bytes; -1 to be told the size instead.</param>
    /// <param name="length">In bytes; at most <see cref="MaxSlice"/> are given.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="DaemonException">As for <see cref="PidAsync"/>.</exception>
    /// <exception cref="HeronException">As for <see cref="ListAsync"/>.</exception>
    public async Task<FileSlice> ReadAsync(
        DaemonAddress shell, string path, long offset, long length, CancellationToken cancellationToken)
    {
        RequireSlice(offset, length);
        await _turns.WaitAsync(shell, cancellationToken);
        var asked = offset < 0 ? 0 : Math.Min(length, MaxSlice);
        var query = string.Create(CultureInfo.InvariantCulture, $"?offset={offset}&length={asked}");
        var answer = await transport.AskAsync(
            shell, new DaemonCall("/filedata/" + Escape(path) + query), DaemonLimits.Quick, cancellationToken);
        return answer is { Status: HttpStatusCode.OK, Body.Length: 0 }
            ? throw NotThere(path, "file")
            : Plain(Read(shell, answer, ShellJson.Default.FileSlice), asked);
    }

    /// <summary>Refuses what is a piece of no file.</summary>
    /// <param name="offset">As of <see cref="ReadAsync"/>.</param>
    /// <param name="length">As of <see cref="ReadAsync"/>.</param>
    /// <exception cref="HeronException"><see cref="FaultKind.BadRequest"/>.</exception>
    public static void RequireSlice(long offset, long length)
    {
        if (offset < -1 || length < 0)
        {
            throw new HeronException(FaultKind.BadRequest, "offset must be -1 (for the size) or more, length 0 or more");
        }
    }

    /// <summary>
    /// What is in the file: the shell writes &amp;, &lt; and &gt; as HTML does, in every release, and counts the characters of what came of it.
    /// </summary>
    private static FileSlice Plain(FileSlice answer, long asked)
    {
        if (string.IsNullOrEmpty(answer.Data))
        {
            return answer;
        }

        var text = answer.Data
            .Replace("&lt;", "<", StringComparison.Ordinal)
            .Replace("&gt;", ">", StringComparison.Ordinal)
            .Replace("&amp;", "&", StringComparison.Ordinal);
        return answer with
        {
            Length = text.Contains(Replacement, StringComparison.Ordinal) ? asked : Encoding.UTF8.GetByteCount(text),
            Data = text,
        };
    }

    /// <summary>Passes a whole file on.</summary>
    /// <param name="shell">The shell of the container.</param>
    /// <param name="path">From the container's folder.</param>
    /// <param name="begin">Gives where to write to, once it is sure that there is a file.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="DaemonException">As for <see cref="PidAsync"/>.</exception>
    /// <exception cref="HeronException">As for <see cref="ListAsync"/>.</exception>
    public async Task DownloadAsync(
        DaemonAddress shell, string path, Func<Stream> begin, CancellationToken cancellationToken)
    {
        await _turns.WaitAsync(shell, cancellationToken);
        using (var whole = await transport.OpenAsync(
            shell, new DaemonCall("/download/" + Escape(path)), DaemonLimits.Download with { Silence = DaemonLimits.Quick.Silence }, cancellationToken))
        {
            switch (whole.Status)
            {
                case HttpStatusCode.OK:
                    await whole.CopyToAsync(begin(), cancellationToken);
                    return;
                case HttpStatusCode.NotFound:
                    throw NotThere(path, "file");
                case HttpStatusCode.InternalServerError:
                    // The shell of 0.20.5 fails at every file that is there; slices it can.
                    break;
                default:
                    throw Refused(shell, whole.Status);
            }
        }

        await DownloadSlicesAsync(shell, path, begin, cancellationToken);
    }

    private async Task DownloadSlicesAsync(
        DaemonAddress shell, string path, Func<Stream> begin, CancellationToken cancellationToken)
    {
        var size = (await ReadAsync(shell, path, -1, 0, cancellationToken)).Offset;
        Stream? target = null;
        long offset = 0;
        while (offset < size)
        {
            var slice = await ReadAsync(shell, path, offset, Math.Min(MaxSlice, size - offset), cancellationToken);
            var text = slice.Data ?? "";
            if (slice.Length <= 0)
            {
                break;
            }

            // A character that the slice's end cuts is asked for again with the next one.
            var isLast = offset + slice.Length >= size;
            var whole = isLast ? text : text.TrimEnd(Replacement);
            var bytes = Encoding.UTF8.GetBytes(whole);
            if (bytes.Length == 0 || bytes.Length > slice.Length || (whole.Length == text.Length && bytes.Length != slice.Length))
            {
                throw NotText(shell, path);
            }

            if (whole.Length < text.Length && whole.Contains(Replacement, StringComparison.Ordinal)
                && await ReadAsync(shell, path, offset, bytes.Length, cancellationToken) != slice with { Length = bytes.Length, Data = whole })
            {
                throw NotText(shell, path);
            }

            target ??= begin();
            await target.WriteAsync(bytes, cancellationToken);
            offset += bytes.Length;
        }

        _ = target ?? begin();
    }

    /// <summary>A path below the container's folder, fit for a URL.</summary>
    private static string Escape(string path)
    {
        // The shell refuses the same; that a file could be named a..b is the price.
        if (path.StartsWith('/') || path.Contains("..", StringComparison.Ordinal) || path.Any(char.IsControl))
        {
            throw new HeronException(FaultKind.BadRequest, "Only relative paths are allowed");
        }

        return string.Join('/', path.Split('/').Select(Uri.EscapeDataString));
    }

    private static T Read<T>(DaemonAddress shell, DaemonAnswer answer, JsonTypeInfo<T> type)
        where T : class
    {
        if (answer.Status != HttpStatusCode.OK)
        {
            throw Refused(shell, answer.Status);
        }

        try
        {
            return JsonSerializer.Deserialize(answer.Body, type) ?? throw new JsonException("null");
        }
        catch (JsonException e)
        {
            throw new DaemonException(FaultKind.BadGateway, shell.Daemon, "answered with something that is not of its protocol", e);
        }
    }

    private static DaemonException Refused(DaemonAddress shell, HttpStatusCode status) => new(
        FaultKind.BadGateway, shell.Daemon, string.Create(CultureInfo.InvariantCulture, $"answered with status {(int)status}"));

    private static DaemonException NotText(DaemonAddress shell, string path) => new(
        FaultKind.BadGateway,
        shell.Daemon,
        $"can hand out text only, and '{ShownText.Of(path)}' is something else; fetch it from the node or through the scheduler");

    private static HeronException NotThere(string path, string what) => new(
        FaultKind.NotFound, $"the container has no {what} '{ShownText.Of(path)}'");
}
