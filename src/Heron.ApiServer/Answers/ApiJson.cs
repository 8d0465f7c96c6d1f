// SPDX-License-Identifier: Apache-2.0
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using Heron.Operations.Describe;

namespace Heron.ApiServer.Answers;

/// <summary>Every JSON body this server writes, made at compile time.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(ErrorBody))]
[JsonSerializable(typeof(MessageBody))]
[JsonSerializable(typeof(CreatedBody))]
[JsonSerializable(typeof(IndexBody))]
[JsonSerializable(typeof(DryRunBody))]
[JsonSerializable(typeof(TopologyList))]
[JsonSerializable(typeof(TopologyDescription))]
[JsonSerializable(typeof(SortedDictionary<string, string>))]
[JsonSerializable(typeof(object))]
internal sealed partial class ApiJson : JsonSerializerContext
{
    /// <summary>The context to use: letters outside ASCII stay as they are, as in the Java server's bodies.</summary>
    public static ApiJson Relaxed { get; } = new(new JsonSerializerOptions
    {
        // The bodies are application/json and never part of a page.
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    });
}
