namespace Heron.Core.Scheduling;

/// <summary>What differs on the wire between releases of heron-core, as one table.</summary>
public sealed record HeronCoreGeneration
{
    /// <summary>State directory of the topology manager's location: <c>tmanagers</c>, or <c>tmasters</c> before 0.20.3.</summary>
    public required string TManagerDirectory { get; init; }
}
