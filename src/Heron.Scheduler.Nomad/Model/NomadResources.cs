namespace Heron.Scheduler.Nomad.Model;

/// <summary>What the task takes; disk belongs to the group.</summary>
internal sealed record NomadResources
{
    /// <summary>MHz.</summary>
    public required int CPU { get; init; }

    public required int MemoryMB { get; init; }

    public IReadOnlyList<NomadNetwork>? Networks { get; init; }
}
