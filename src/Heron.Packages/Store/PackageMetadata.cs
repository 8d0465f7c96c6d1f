// SPDX-License-Identifier: Apache-2.0
using System.Text.Json.Serialization;

namespace Heron.Packages.Store;

/// <summary>What the store writes down about a file beside its bytes: JSON in the folder <c>.meta</c>.</summary>
/// <param name="Sha256">Lower-case hexadecimal digest, computed while the bytes were written.</param>
/// <param name="Length">Bytes.</param>
/// <param name="Stored">When it was published.</param>
/// <param name="Instance">The server process that published it; tells an unfinished publication from an orphan.</param>
/// <param name="TopologyId">Whose package, when this server made it.</param>
/// <param name="By">Who brought it; version 0.1.0 did not note that.</param>
/// <param name="Signed">True when it was told under a signed address, so that it is given out under no other.</param>
/// <param name="Place">Which state tells of that topology (<see cref="StoreSettings.Place"/>); earlier versions did not note that.</param>
internal sealed record PackageMetadata(
    string Sha256,
    long Length,
    DateTimeOffset Stored,
    string Instance,
    string? TopologyId,
    string? By = null,
    bool? Signed = null,
    string? Place = null);

/// <summary>The JSON files of the store.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(PackageMetadata))]
internal sealed partial class StoreJson : JsonSerializerContext;
