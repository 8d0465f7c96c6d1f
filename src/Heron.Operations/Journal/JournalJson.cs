// SPDX-License-Identifier: Apache-2.0
using System.Text.Json.Serialization;

namespace Heron.Operations.Journal;

/// <summary>The JSON of the journal's entries.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true,
    AllowOutOfOrderMetadataProperties = true)]
[JsonSerializable(typeof(Intent))]
[JsonSerializable(typeof(PlanBytes))]
internal sealed partial class JournalJson : JsonSerializerContext;
