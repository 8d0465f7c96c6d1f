// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using System.Runtime.CompilerServices;
using Heron.Core;
using Heron.Core.Scheduling;
using Heron.Core.Topologies;

namespace Heron.Operations.Observe.Files;

/// <summary>Reads the logs of containers by lines: a part of them, or all that is written from now on.</summary>
public sealed class LogReader(ContainerReader reader, TimeProvider time)
{
    // Where the last lines of a log are looked for.
    private const long TailBytes = 4 * 1024 * 1024;
    private const int PieceBytes = 64 * 1024;

    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    // With the patience for the shell before it, this stays within three seconds.
    private static readonly TimeSpan FirstByte = TimeSpan.FromSeconds(1.1);

    /// <summary>Opens a log.</summary>
    /// <param name="address">Which topology.</param>
    /// <param name="question">What is wanted.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The lines, to be read once; with <see cref="LogQuestion.Follow"/> they end only when that is cancelled.</returns>
    /// <exception cref="HeronException">As for <see cref="ContainerReader.OpenAsync"/>.</exception>
    public async Task<IAsyncEnumerable<LogLine>> OpenAsync(
        TopologyAddress address, LogQuestion question, CancellationToken cancellationToken)
    {
        if (question.Instance is { } instance && (instance.Length == 0 || instance.Contains('/', StringComparison.Ordinal)))
        {
            throw new HeronException(FaultKind.BadRequest, "instance is an instance's id, such as container_1_word_2");
        }

        var topology = await reader.FindAsync(address, cancellationToken);
        var path = ContainerReader.LogOf(question.Container, question.Instance);
        var isFile = question.Instance is not null || question.Output != ContainerOutput.Error;
        HeronException? outOfReach = null;
        if (isFile)
        {
            try
            {
                // Whether there is one, before anything is answered.
                await using var log = await reader.OpenAsync(topology, question.Container, path, 0, 0, cancellationToken);
                return OfFileAsync(topology, question, path, BeginAt(question, log.Size), cancellationToken);
            }
            catch (HeronException fault) when (fault.Kind == FaultKind.NotFound && question.Instance is null)
            {
                // The executor has not begun: what the start script says is all there is.
            }
            catch (HeronException fault) when (fault.Kind is FaultKind.Unavailable or FaultKind.BadGateway
                && question.Instance is null && fault is not SilentSchedulerException)
            {
                // Perhaps the same: a shell begins after the start script.
                outOfReach = fault;
            }
        }

        // Who follows waits; but an answer without a line says that nothing was logged.
        if (outOfReach is not null && !question.Follow && !await HasOutputAsync(topology, question, cancellationToken))
        {
            throw outOfReach;
        }

        return await OfOutputAsync(topology, question, cancellationToken);
    }

    private async Task<bool> HasOutputAsync(TopologyIdentity topology, LogQuestion question, CancellationToken cancellationToken)
    {
        using var late = new CancellationTokenSource(FirstByte, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, late.Token);
        try
        {
            await using var output = await reader.OpenOutputAsync(
                topology, question.Container, question.Output ?? ContainerOutput.Out, tail: 1, follow: false, either.Token);

            // Nomad does not tell the size of an output.
            return output.Size is { } size ? size > 0 : await output.Stream.ReadAsync(new byte[1], either.Token) > 0;
        }
        catch (HeronException)
        {
            return false;
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return false;
        }
    }

    private static long BeginAt(LogQuestion question, long? size)
    {
        if (Place(question) is { } place)
        {
            // One that is shorter now was begun anew.
            return place <= (size ?? long.MaxValue) ? place : 0;
        }

        return question.Tail is null ? 0 : Math.Max(0, (size ?? 0) - TailBytes);
    }

    private static long? Place(LogQuestion question) =>
        long.TryParse(question.After, NumberStyles.None, CultureInfo.InvariantCulture, out var place) ? place : null;

    private async IAsyncEnumerable<LogLine> OfFileAsync(
        TopologyIdentity topology, LogQuestion question, string path, long begin, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var filter = new LogFilter(question);
        var next = begin;
        var waiting = question.Tail is { } tail && Place(question) is null ? new Tail(tail, isCut: begin > 0) : null;
        while (true)
        {
            await using (var log = await TryOpenAsync(topology, question, path, next, cancellationToken))
            {
                if (log?.Size < next)
                {
                    // Put aside: a new one has begun.
                    next = 0;
                    continue;
                }

                if (log is not null)
                {
                    var lines = new LineSplitter(next);
                    await foreach (var (text, end) in LinesAsync(log.Stream, lines, withRest: !question.Follow, cancellationToken))
                    {
                        next = end;
                        if (waiting?.IsWhole() != false && filter.Takes(text))
                        {
                            var line = new LogLine(text, end.ToString(CultureInfo.InvariantCulture));
                            if (waiting is null)
                            {
                                yield return line;
                            }
                            else
                            {
                                waiting.Keep(line);
                            }
                        }
                    }
                }
            }

            foreach (var line in waiting?.Lines ?? [])
            {
                yield return line;
            }

            waiting = null;
            if (!question.Follow)
            {
                yield break;
            }

            await Task.Delay(Pause, time, cancellationToken);
        }
    }

    private async Task<ContainerContent?> TryOpenAsync(
        TopologyIdentity topology, LogQuestion question, string path, long offset, CancellationToken cancellationToken)
    {
        try
        {
            return await reader.OpenAsync(topology, question.Container, path, offset, null, cancellationToken);
        }
        catch (HeronException) when (question.Follow)
        {
            // The container begins anew, its node or the scheduler is away for a moment: who follows waits.
            return null;
        }
    }

    private async Task<IAsyncEnumerable<LogLine>> OfOutputAsync(
        TopologyIdentity topology, LogQuestion question, CancellationToken cancellationToken)
    {
        var output = question.Output ?? ContainerOutput.Out;
        long? tail = question.Tail is null ? null : TailBytes;
        if (Place(question) is { } place)
        {
            await using var whole = await reader.OpenOutputAsync(topology, question.Container, output, 0, follow: false, cancellationToken);
            tail = whole.Size is { } size && size >= place ? size - place : tail;
        }

        if (!question.Follow || question.Tail is null || Place(question) is not null)
        {
            var content = await reader.OpenOutputAsync(topology, question.Container, output, tail, question.Follow, cancellationToken);
            return OfStreamAsync(content, new LineSplitter(content.Offset), question, withRest: true, cancellationToken);
        }

        // The last lines that fit are known once the end is reached, which a stream that is followed does not tell. It is opened first, so
        // that it misses nothing: where nobody tells places, the other may begin later in the whole, never earlier.
        var followed = await reader.OpenOutputAsync(topology, question.Container, output, tail, follow: true, cancellationToken);
        try
        {
            var before = await reader.OpenOutputAsync(topology, question.Container, output, tail, follow: false, cancellationToken);
            return LastAndLaterAsync(before, followed, question, cancellationToken);
        }
        catch
        {
            await followed.DisposeAsync();
            throw;
        }
    }

    private static async IAsyncEnumerable<LogLine> LastAndLaterAsync(
        ContainerContent before, ContainerContent followed, LogQuestion question, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await using var opened = followed;

        // A line that has no end yet comes whole with what is followed.
        var lines = new LineSplitter(before.Offset);
        await foreach (var line in OfStreamAsync(before, lines, question, withRest: false, cancellationToken))
        {
            yield return line;
        }

        await SkipAsync(followed.Stream, lines.End - followed.Offset, cancellationToken);
        await foreach (var line in OfStreamAsync(
            followed, new LineSplitter(lines.End), question with { Tail = null }, withRest: true, cancellationToken))
        {
            yield return line;
        }
    }

    private static async Task SkipAsync(Stream stream, long bytes, CancellationToken cancellationToken)
    {
        var piece = new byte[PieceBytes];
        while (bytes > 0 && await stream.ReadAsync(piece.AsMemory(0, (int)Math.Min(bytes, PieceBytes)), cancellationToken) is > 0 and var count)
        {
            bytes -= count;
        }
    }

    private static async IAsyncEnumerable<LogLine> OfStreamAsync(
        ContainerContent content,
        LineSplitter lines,
        LogQuestion question,
        bool withRest,
        [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await using var opened = content;
        var filter = new LogFilter(question);
        var waiting = question is { Tail: { } tail, After: null } ? new Tail(tail, isCut: content.Offset > 0) : null;
        await foreach (var (text, end) in LinesAsync(content.Stream, lines, withRest, cancellationToken))
        {
            if (waiting?.IsWhole() != false && filter.Takes(text))
            {
                var line = new LogLine(text, content.Size is null ? null : end.ToString(CultureInfo.InvariantCulture));
                if (waiting is null)
                {
                    yield return line;
                }
                else
                {
                    waiting.Keep(line);
                }
            }
        }

        foreach (var line in waiting?.Lines ?? [])
        {
            yield return line;
        }
    }

    private static async IAsyncEnumerable<(string Text, long End)> LinesAsync(
        Stream stream, LineSplitter lines, bool withRest, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var piece = new byte[PieceBytes];
        int read;
        while ((read = await stream.ReadAsync(piece, cancellationToken)) > 0)
        {
            foreach (var line in lines.Add(piece.AsMemory(0, read)))
            {
                yield return line;
            }
        }

        if (withRest && lines.Rest() is { } rest)
        {
            yield return rest;
        }
    }

    /// <summary>Keeps the last lines. Of what begins in the middle of a log the first line is most likely the end of one.</summary>
    private sealed class Tail(int most, bool isCut)
    {
        private readonly Queue<LogLine> _lines = new();
        private bool _isCut = isCut;

        public IEnumerable<LogLine> Lines => _lines;

        public bool IsWhole()
        {
            var isWhole = !_isCut;
            _isCut = false;
            return isWhole;
        }

        public void Keep(LogLine line)
        {
            _lines.Enqueue(line);
            if (_lines.Count > most)
            {
                _lines.Dequeue();
            }
        }
    }
}
