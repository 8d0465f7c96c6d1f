// SPDX-License-Identifier: Apache-2.0
using System.Globalization;

namespace Heron.Core.Daemons;

/// <summary>Which metrics of one component, and of when. Exactly one of the two forms of time is set.</summary>
/// <param name="Component">A spout, a bolt, or <c>__stmgr__</c> for the stream managers.</param>
/// <param name="Metrics">Names with their stream, such as <c>__emit-count/default</c>; none gives nothing.</param>
public sealed record MetricQuestion(string Component, IReadOnlyList<string> Metrics)
{
    /// <summary>Ids of instances (or stream managers); none for all.</summary>
    public IReadOnlyList<string> Instances { get; init; } = [];

    /// <summary>Seconds back from now; -1 for all that is known.</summary>
    public long? Window { get; init; }

    /// <summary>From and to, in seconds since 1970.</summary>
    public (long Start, long End)? Between { get; init; }

    /// <summary>Whether each minute is wanted instead of the whole.</summary>
    public bool Minutely { get; init; }
}

/// <summary>What a daemon knows of some metrics; the same form whichever of the two it was.</summary>
/// <param name="IsKnown">Whether it knows the component (and has a report of it); if not, <paramref name="Series"/> is empty.</param>
/// <param name="Interval">What the daemon took for the length of the window, in seconds.</param>
/// <param name="Series">In the daemon's order.</param>
public sealed record MetricAnswer(bool IsKnown, long Interval, IReadOnlyList<MetricSeries> Series);

/// <summary>One metric of one instance.</summary>
/// <param name="Instance">Id of the instance, or of a stream manager.</param>
/// <param name="Metric">Name with stream.</param>
/// <param name="Value">Of the whole window, as the daemon wrote it; null when minutes were asked for, or it has none.</param>
/// <param name="Minutes">Oldest first; empty unless asked for.</param>
public sealed record MetricSeries(string Instance, string Metric, string? Value, IReadOnlyList<MetricPoint> Minutes);

/// <summary>One minute of a metric.</summary>
/// <param name="Start">Seconds since 1970; not on a full minute.</param>
/// <param name="Value">As the daemon wrote it; see <see cref="MetricNumber"/>.</param>
public sealed record MetricPoint(long Start, string Value);

/// <summary>Numbers as the daemons write them: <c>1472.000000</c>, <c>1.2345E7</c>, <c>71</c>, <c>-nan</c>.</summary>
public static class MetricNumber
{
    /// <summary>The number; null for a mean of nothing (<c>nan</c>) and for what is no number.</summary>
    public static double? Parse(string? text) =>
        double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && double.IsFinite(number)
            ? number
            : null;
}
