namespace Heron.Scheduler.Nomad.Model;

/// <summary>Why a group has no place.</summary>
internal sealed record NomadPlacementFailure
{
    public int NodesEvaluated { get; init; }

    public int NodesFiltered { get; init; }

    public int NodesExhausted { get; init; }

    /// <summary>Nodes by datacenter.</summary>
    public IReadOnlyDictionary<string, int>? NodesAvailable { get; init; }

    /// <summary>Nodes by the constraint that ruled them out.</summary>
    public IReadOnlyDictionary<string, int>? ConstraintFiltered { get; init; }

    public IReadOnlyDictionary<string, int>? ClassFiltered { get; init; }

    /// <summary>Nodes by the resource that was not enough.</summary>
    public IReadOnlyDictionary<string, int>? DimensionExhausted { get; init; }

    public IReadOnlyList<string>? QuotaExhausted { get; init; }
}
