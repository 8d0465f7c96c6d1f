// SPDX-License-Identifier: Apache-2.0
using System.Globalization;

namespace Heron.Core.Daemons;

/// <summary>An exception that instances reported, bucketed by the daemon that keeps it.</summary>
/// <param name="Component">Whose.</param>
/// <param name="Host">Where the instance ran.</param>
/// <param name="Instance">Its id.</param>
/// <param name="Text">The stack trace; in a summary the class.</param>
/// <param name="Last">As the daemon wrote it: <c>Sat Nov 28 19:49:30 UTC 2026</c>.</param>
/// <param name="First">As the daemon wrote it.</param>
/// <param name="Count">How often in its interval of collection.</param>
/// <param name="Logging">What was logged with it.</param>
public sealed record ExceptionEntry(
    string Component, string Host, string Instance, string Text, string Last, string First, int Count, string Logging)
{
    private const string DateFormat = "ddd MMM d HH:mm:ss yyyy";

    /// <summary>When it was last seen; null when the text is in another zone than UTC or no time.</summary>
    /// <remarks>Summaries over instances may have the two times of one class the wrong way round: the daemon keeps those of different instances.</remarks>
    public DateTimeOffset? LastTime => Time(First) > Time(Last) ? Time(First) : Time(Last);

    /// <summary>When it was first seen.</summary>
    public DateTimeOffset? FirstTime => Time(First) > Time(Last) ? Time(Last) : Time(First);

    // Java's Date.toString(): the zone is the instance's, by its short name, which only UTC's is sure to say.
    private static DateTimeOffset? Time(string text)
    {
        var words = text.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        return words is [var day, var month, var date, var clock, "UTC" or "GMT" or "Z", var year]
            && DateTimeOffset.TryParseExact(
                $"{day} {month} {date.TrimStart('0')} {clock} {year}",
                DateFormat,
                CultureInfo.InvariantCulture,
                DateTimeStyles.AssumeUniversal,
                out var time)
            ? time
            : null;
    }
}
