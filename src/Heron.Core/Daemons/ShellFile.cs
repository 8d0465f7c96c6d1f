using System.Text.Json.Serialization;

namespace Heron.Core.Daemons;

/// <summary>An entry of a folder of a container.</summary>
/// <param name="Line">As <c>ls -l</c> has it, without the name: <c>-rw-r--r--   1       root       root      15765 Nov 28 19:34</c>.</param>
/// <param name="IsFolder">Whether it has entries of its own.</param>
/// <param name="Path">From the container's folder, percent-encoded with its slashes.</param>
public sealed record ShellFile(
    [property: JsonPropertyName("formatted_stat")] string Line,
    [property: JsonPropertyName("is_dir")] bool IsFolder,
    [property: JsonPropertyName("path")] string Path);
