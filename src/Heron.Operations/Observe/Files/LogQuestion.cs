// SPDX-License-Identifier: Apache-2.0
using Heron.Core.Scheduling;

namespace Heron.Operations.Observe.Files;

/// <summary>Which lines of which log are wanted.</summary>
/// <param name="Container">The container's number.</param>
public sealed record LogQuestion(int Container)
{
    /// <summary>Whose log: an instance's id, or null for the executor's.</summary>
    public string? Instance { get; init; }

    /// <summary>
    /// Which output; null for the log itself. Of the executor, <see cref="ContainerOutput.Error"/> is what the start script and the
    /// daemons wrote to theirs; of an instance both stand in its log, marked.
    /// </summary>
    public ContainerOutput? Output { get; init; }

    /// <summary>How many of the last lines that fit; null for all.</summary>
    public int? Tail { get; init; }

    /// <summary>Only lines from then on, by the time that stands in them; lines without one belong to the line before.</summary>
    public DateTimeOffset? Since { get; init; }

    /// <summary>Only lines that hold this, whatever the case of letters; empty for all.</summary>
    public string Grep { get; init; } = "";

    /// <summary>Whether to go on with what is written later.</summary>
    public bool Follow { get; init; }

    /// <summary>Where to go on: a <see cref="LogLine.Mark"/>; null to begin as <see cref="Tail"/> says.</summary>
    public string? After { get; init; }
}

/// <summary>A line of a log.</summary>
/// <param name="Text">Without its end.</param>
/// <param name="Mark">Names the place behind it, to go on from there; null when the source does not tell places.</param>
public sealed record LogLine(string Text, string? Mark);
