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
