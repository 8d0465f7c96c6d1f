using System.Text.Json.Serialization;

namespace Heron.ApiServer.Files;

/// <summary>The JSON files of the store.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(PackageMetadata))]
internal sealed partial class StoreJson : JsonSerializerContext;
