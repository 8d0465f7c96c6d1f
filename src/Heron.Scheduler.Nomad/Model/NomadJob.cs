namespace Heron.Scheduler.Nomad.Model;

/// <summary>A job as it is registered; fields that are null are not sent, so Nomad's defaults hold.</summary>
internal sealed record NomadJob
{
    public string? Region { get; init; }

    public string? Namespace { get; init; }

    public required string ID { get; init; }

    public required string Name { get; init; }

    public int? Priority { get; init; }

    public required IReadOnlyList<string> Datacenters { get; init; }

    public string? NodePool { get; init; }

    public required IReadOnlyList<NomadTaskGroup> TaskGroups { get; init; }

    public required IReadOnlyDictionary<string, string> Meta { get; init; }
}
