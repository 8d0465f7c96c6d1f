// SPDX-License-Identifier: Apache-2.0
namespace Heron.Testing.Nomad;

/// <summary>What goes wrong with a request.</summary>
public enum NomadFaultKind
{
    /// <summary>It is answered with a status and a text, and nothing is done.</summary>
    Answer,

    /// <summary>The connection is cut, and nothing was done.</summary>
    CutBefore,

    /// <summary>It is done, and the connection is cut in place of the answer.</summary>
    CutAfter,

    /// <summary>It is not answered until the client gives up, and nothing is done.</summary>
    Hang,

    /// <summary>It is done, and not answered until the client gives up.</summary>
    HangAfter,

    /// <summary>It waits until <see cref="NomadFault.Gate"/> opens, and then goes the usual way.</summary>
    Hold,

    /// <summary>It is done when <see cref="NomadFault.Gate"/> opens, whether or not the client still waits.</summary>
    Late,

    /// <summary>It is answered 200 with what <see cref="NomadFault.Write"/> writes.</summary>
    Bytes,
}

/// <summary>One scripted fault: which requests it meets, and what happens to them.</summary>
public sealed class NomadFault
{
    private int _seen;
    private int _taken;
    private int _applied;

    /// <summary>The kind.</summary>
    public required NomadFaultKind Kind { get; init; }

    /// <summary>Only requests of this method; null for all.</summary>
    public string? Method { get; init; }

    /// <summary>Only requests whose path contains this; null for all.</summary>
    public string? PathContains { get; init; }

    /// <summary>Only requests whose body contains this; null for all.</summary>
    public string? BodyContains { get; init; }

    /// <summary>How many matching requests pass before the fault begins.</summary>
    public int Skip { get; init; }

    /// <summary>How many matching requests it meets; all that follow by default.</summary>
    public int Times { get; init; } = int.MaxValue;

    /// <summary>Status of <see cref="NomadFaultKind.Answer"/>.</summary>
    public int Status { get; init; } = 500;

    /// <summary>Text of <see cref="NomadFaultKind.Answer"/>.</summary>
    public string Text { get; init; } = "scripted fault";

    /// <summary>Seconds in a <c>Retry-After</c> header of <see cref="NomadFaultKind.Answer"/>.</summary>
    public int? RetryAfter { get; init; }

    /// <summary>Whether the header names the end of the pause, as a proxy may, and not its length.</summary>
    public bool RetryAfterIsDate { get; init; }

    /// <summary>The body of <see cref="NomadFaultKind.Bytes"/>.</summary>
    public Func<Stream, CancellationToken, Task>? Write { get; init; }

    /// <summary>Headers of <see cref="NomadFaultKind.Bytes"/>.</summary>
    public IReadOnlyDictionary<string, string> Headers { get; init; } = new Dictionary<string, string>();

    /// <summary>What <see cref="NomadFaultKind.Hold"/> and <see cref="NomadFaultKind.Late"/> wait for.</summary>
    public TaskCompletionSource Gate { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Completes when the first request was met.</summary>
    public TaskCompletionSource Met { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Whether all requests that <see cref="NomadFaultKind.Late"/> has met so far are done.</summary>
    public bool IsApplied => Volatile.Read(ref _applied) == Volatile.Read(ref _taken);

    internal void NoteApplied() => Interlocked.Increment(ref _applied);

    internal bool Takes(RecordedNomadRequest request)
    {
        if ((Method is not null && Method != request.Method)
            || (PathContains is not null && !request.Path.Contains(PathContains, StringComparison.Ordinal))
            || (BodyContains is not null && !request.Body.Contains(BodyContains, StringComparison.Ordinal)))
        {
            return false;
        }

        var number = Interlocked.Increment(ref _seen) - 1;
        if (number < Skip || number - Skip >= Times)
        {
            return false;
        }

        Interlocked.Increment(ref _taken);
        Met.TrySetResult();
        return true;
    }
}
