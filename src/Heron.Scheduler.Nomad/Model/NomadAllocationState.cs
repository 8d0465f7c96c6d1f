namespace Heron.Scheduler.Nomad.Model;

/// <summary>A placed copy of a job's group.</summary>
internal sealed record NomadAllocationState
{
    public required string ID { get; init; }

    public string NodeID { get; init; } = "";

    public string NodeName { get; init; } = "";

    public string ClientStatus { get; init; } = "";

    public string DesiredStatus { get; init; } = "";

    public long CreateIndex { get; init; }

    public IReadOnlyDictionary<string, NomadTaskState>? TaskStates { get; init; }
}
