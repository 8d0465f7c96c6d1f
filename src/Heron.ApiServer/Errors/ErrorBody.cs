using System.Text.Json.Serialization;

namespace Heron.ApiServer.Errors;

/// <summary>The body of every error: the CLI prints <see cref="Message"/> and crashes on anything that is no JSON object.</summary>
/// <param name="Message">What went wrong and what to do about it.</param>
internal sealed record ErrorBody(string Message)
{
    /// <summary>Details a program can read, as the Java server gave them for missing parameters.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public ErrorDetails? Errors { get; init; }

    /// <summary>Where to look instead, for unknown paths.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<string>? Paths { get; init; }
}
