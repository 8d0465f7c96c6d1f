namespace Heron.Scheduler.Nomad.Model;

/// <summary>A job in a list.</summary>
internal sealed record NomadJobStub
{
    public required string ID { get; init; }

    public string Status { get; init; } = "";

    public bool Stop { get; init; }

    /// <summary>Only from Nomad 1.5 on, and null for a job without any.</summary>
    public IReadOnlyDictionary<string, string>? Meta { get; init; }

    public NomadJobSummary? JobSummary { get; init; }
}
