// SPDX-License-Identifier: Apache-2.0
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

/// <summary>A piece of a file of a container.</summary>
/// <param name="Offset">Where it begins, in bytes; the size of the file when nothing was asked for.</param>
/// <param name="Length">How many bytes it has in the file; with U+FFFD in it, how many were asked for.</param>
/// <param name="Data">Decoded as UTF-8, with U+FFFD for what is none; null when there is nothing.</param>
public sealed record FileSlice(
    [property: JsonPropertyName("offset")] long Offset,
    [property: JsonPropertyName("length")] long Length,
    [property: JsonPropertyName("data")] string? Data = null);

/// <summary>What a command printed that a shell ran in its container.</summary>
/// <param name="Command">With its arguments: <c>jstack 18273</c>.</param>
/// <param name="Stdout">What it printed.</param>
/// <param name="Stderr">What it complained of; most tools end with status 0 all the same.</param>
public sealed record ShellOutput(
    [property: JsonPropertyName("command")] string Command,
    [property: JsonPropertyName("stdout")] string Stdout,
    [property: JsonPropertyName("stderr")] string? Stderr = null);
