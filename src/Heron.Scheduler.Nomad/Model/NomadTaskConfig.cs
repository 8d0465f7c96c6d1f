using System.Text.Json.Serialization;

namespace Heron.Scheduler.Nomad.Model;

/// <summary>What the driver is given; raw_exec refuses keys that it does not know.</summary>
internal sealed record NomadTaskConfig
{
    [JsonPropertyName("image")]
    public string? Image { get; init; }

    [JsonPropertyName("network_mode")]
    public string? NetworkMode { get; init; }

    [JsonPropertyName("command")]
    public required string Command { get; init; }

    [JsonPropertyName("args")]
    public required IReadOnlyList<string> Args { get; init; }
}
