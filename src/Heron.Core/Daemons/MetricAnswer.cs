namespace Heron.Core.Daemons;

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
