// SPDX-License-Identifier: Apache-2.0
using System.Text.Json.Serialization;

namespace Heron.ApiServer.Files;

/// <summary>A page of the packages that are stored here.</summary>
/// <param name="Files">In the order of their names.</param>
/// <param name="Total">How many there are in all.</param>
/// <param name="Bytes">What all of them take on the disk; the same content counts once.</param>
/// <param name="Next">What to ask for with <c>after</c> to go on; null after the last page.</param>
/// <param name="Warning">Why it is not said who holds them; null otherwise.</param>
internal sealed record FileListBody(IReadOnlyList<FileBody> Files, int Total, long Bytes, string? Next, string? Warning);

/// <summary>A package.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Size">Bytes.</param>
/// <param name="Sha256">Lower-case hexadecimal digest; null for one of an earlier server that is not read yet.</param>
/// <param name="Uploaded">When it came.</param>
/// <param name="By">Who brought it, as far as that is known.</param>
/// <param name="HeldBy">The id of the topology that needs it; null when none does.</param>
/// <param name="Uri">Where nodes fetch it.</param>
internal sealed record FileBody(
    string Name, long Size, string? Sha256, DateTimeOffset Uploaded, string? By, string? HeldBy, string Uri);

/// <summary>The JSON bodies of this folder.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(FileListBody))]
internal sealed partial class FileJson : JsonSerializerContext;
