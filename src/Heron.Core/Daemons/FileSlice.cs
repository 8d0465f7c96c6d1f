using System.Text.Json.Serialization;

namespace Heron.Core.Daemons;

/// <summary>A piece of a file of a container.</summary>
/// <param name="Offset">Where it begins, in bytes; the size of the file when nothing was asked for.</param>
/// <param name="Length">How many bytes it has in the file; with U+FFFD in it, how many were asked for.</param>
/// <param name="Data">Decoded as UTF-8, with U+FFFD for what is none; null when there is nothing.</param>
public sealed record FileSlice(
    [property: JsonPropertyName("offset")] long Offset,
    [property: JsonPropertyName("length")] long Length,
    [property: JsonPropertyName("data")] string? Data = null);
