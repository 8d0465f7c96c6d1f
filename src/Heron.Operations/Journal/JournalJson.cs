using System.Text.Json.Serialization;
using Heron.Core.Packages;

namespace Heron.Operations.Journal;

/// <summary>The JSON files of the journal.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(Intent))]
[JsonSerializable(typeof(SubmitIntent))]
[JsonSerializable(typeof(PublishedPackage))]
internal sealed partial class JournalJson : JsonSerializerContext;
