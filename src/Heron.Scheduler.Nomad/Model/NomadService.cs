namespace Heron.Scheduler.Nomad.Model;

/// <summary>A port registered in Consul, or in Nomad itself.</summary>
internal sealed record NomadService
{
    public required string Name { get; init; }

    public required string PortLabel { get; init; }

    public required IReadOnlyList<string> Tags { get; init; }

    public required IReadOnlyList<NomadServiceCheck> Checks { get; init; }

    public string? Provider { get; init; }
}
