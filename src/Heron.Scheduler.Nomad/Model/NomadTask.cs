namespace Heron.Scheduler.Nomad.Model;

/// <summary>The task: the start script, or the docker image, of one container.</summary>
internal sealed record NomadTask
{
    public required string Name { get; init; }

    public required string Driver { get; init; }

    public required NomadTaskConfig Config { get; init; }

    public required IReadOnlyDictionary<string, string> Env { get; init; }

    public IReadOnlyList<NomadService>? Services { get; init; }

    public required NomadResources Resources { get; init; }

    /// <summary>Nanoseconds.</summary>
    public required long KillTimeout { get; init; }

    public IReadOnlyList<NomadTemplate>? Templates { get; init; }
}
