namespace Heron.Scheduler.Nomad.Model;

/// <summary>The one group of a job, with one task.</summary>
internal sealed record NomadTaskGroup
{
    public required string Name { get; init; }

    public int Count { get; init; } = 1;

    public required IReadOnlyList<NomadTask> Tasks { get; init; }

    public required NomadRestartPolicy RestartPolicy { get; init; }

    public required NomadReschedulePolicy ReschedulePolicy { get; init; }

    public required NomadEphemeralDisk EphemeralDisk { get; init; }

    public IReadOnlyList<NomadNetwork>? Networks { get; init; }
}
