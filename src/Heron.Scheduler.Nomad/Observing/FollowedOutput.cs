// SPDX-License-Identifier: Apache-2.0
using System.IO.Pipelines;
using Heron.Core;

namespace Heron.Scheduler.Nomad.Observing;

/// <summary>
/// An output of a container that goes on from one allocation to the next. Nomad does not end what is followed when the task has
/// ended, so it is looked whether another allocation has taken its place whenever nothing was written for a while.
/// </summary>
/// <param name="newest">The newest allocation of the container; not found once it has been removed.</param>
/// <param name="open">Opens all that an allocation writes; null while it has not begun, or has written nothing.</param>
/// <param name="time">The clock.</param>
internal sealed class FollowedOutput(
    Func<CancellationToken, Task<string>> newest, Func<string, CancellationToken, Task<Stream?>> open, TimeProvider time)
{
    private const int PieceBytes = 16 * 1024;

    private static readonly TimeSpan Quiet = TimeSpan.FromSeconds(2);

    /// <summary>Begins with what is open already.</summary>
    /// <param name="allocation">Whose output that is.</param>
    /// <param name="first">What it writes.</param>
    /// <returns>Everything in its order; disposing of it ends the following.</returns>
    public Stream Begin(string allocation, Stream first)
    {
        var pipe = new Pipe();
#pragma warning disable CA2000 // The stream that is given away owns it.
        var stop = new CancellationTokenSource();
#pragma warning restore CA2000
        _ = Task.Run(async () =>
        {
            Exception? fault = null;
            try
            {
                await CopyAllAsync(allocation, first, pipe.Writer, stop.Token);
            }
#pragma warning disable CA1031 // Whatever it is is told to the reader, who would wait for ever.
            catch (Exception end)
#pragma warning restore CA1031
            {
                // A container that is gone ends the output.
                fault = end switch
                {
                    HeronException { Kind: FaultKind.NotFound } or OperationCanceledException => null,
                    IOException or HttpRequestException => new HeronException(FaultKind.Unavailable, "the connection to Nomad broke", end),
                    _ => end,
                };
            }

            await pipe.Writer.CompleteAsync(fault);
            stop.Dispose();
        });
        return new OwningStream(pipe.Reader.AsStream(), () =>
        {
            try
            {
                stop.Cancel();
            }
            catch (ObjectDisposedException)
            {
                // It has ended by itself.
            }
        });
    }

    private async Task CopyAllAsync(string allocation, Stream first, PipeWriter writer, CancellationToken cancellationToken)
    {
        var (current, content) = (allocation, first);
        while (true)
        {
            (current, content) = await CopyAsync(current, content, writer, cancellationToken);
        }
    }

    /// <summary>Copies what an allocation writes, until it writes no more and another one does.</summary>
    private async Task<(string Allocation, Stream Output)> CopyAsync(
        string allocation, Stream content, PipeWriter writer, CancellationToken cancellationToken)
    {
        using var enough = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        await using var opened = content;
        (string Allocation, Stream Output)? next = null;
        Task<int>? reading = null;
        try
        {
            var piece = new byte[PieceBytes];
            var hasEnded = false;
            while (true)
            {
                reading ??= hasEnded ? null : content.ReadAsync(piece, enough.Token).AsTask();
                if (reading is not null && await IsDoneAsync(reading, cancellationToken))
                {
                    var count = await reading;
                    reading = null;
                    hasEnded = count == 0;
                    await writer.WriteAsync(piece.AsMemory(0, count), cancellationToken);
                    continue;
                }

                if (next is { } begun)
                {
                    // Nothing more came while the next one was opened.
                    next = null;
                    return begun;
                }

                next = await NextAsync(allocation, cancellationToken);
                if (reading is null && next is null)
                {
                    await Task.Delay(Quiet, time, cancellationToken);
                }
            }
        }
        finally
        {
            await enough.CancelAsync();
            if (reading is not null)
            {
                await ForgetAsync(reading);
            }

            if (next is { } unused)
            {
                await unused.Output.DisposeAsync();
            }
        }
    }

    private async Task<bool> IsDoneAsync(Task reading, CancellationToken cancellationToken)
    {
        if (!reading.IsCompleted)
        {
            await Task.WhenAny(reading, Task.Delay(Quiet, time, cancellationToken));
            cancellationToken.ThrowIfCancellationRequested();
        }

        return reading.IsCompleted;
    }

    /// <summary>The output of the allocation that has taken another one's place, once it writes; null while there is none.</summary>
    private async Task<(string Allocation, Stream Output)?> NextAsync(string ended, CancellationToken cancellationToken)
    {
        try
        {
            var found = await newest(cancellationToken);
            return found != ended && await open(found, cancellationToken) is { } output ? (found, output) : null;
        }
        catch (HeronException away) when (away.Kind == FaultKind.Unavailable)
        {
            // Who follows waits until Nomad answers again.
            return null;
        }
    }

    private static async Task ForgetAsync(Task<int> reading)
    {
        try
        {
            await reading;
        }
        catch (Exception e) when (e is OperationCanceledException or IOException or HttpRequestException or ObjectDisposedException)
        {
            // Nobody reads on.
        }
    }
}
