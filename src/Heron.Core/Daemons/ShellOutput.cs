using System.Text.Json.Serialization;

namespace Heron.Core.Daemons;

/// <summary>What a command printed that a shell ran in its container.</summary>
/// <param name="Command">With its arguments: <c>jstack 18273</c>.</param>
/// <param name="Stdout">What it printed.</param>
/// <param name="Stderr">What it complained of; most tools end with status 0 all the same.</param>
public sealed record ShellOutput(
    [property: JsonPropertyName("command")] string Command,
    [property: JsonPropertyName("stdout")] string Stdout,
    [property: JsonPropertyName("stderr")] string? Stderr = null);
