namespace Heron.Scheduler.Nomad.Model;

/// <summary>How Nomad's scheduler dealt with a registration.</summary>
internal sealed record NomadEvaluation
{
    public required string ID { get; init; }

    /// <summary><c>pending</c>, then <c>complete</c>, <c>failed</c> or <c>cancelled</c>; <c>blocked</c> ones wait for room.</summary>
    public string Status { get; init; } = "";

    public string? StatusDescription { get; init; }

    public long CreateIndex { get; init; }

    public string? TriggeredBy { get; init; }

    public IReadOnlyDictionary<string, NomadPlacementFailure>? FailedTGAllocs { get; init; }
}
