using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using Heron.ApiServer.Errors;
using Heron.ApiServer.Topologies;

namespace Heron.ApiServer.Hosting;

/// <summary>Every JSON body this server writes, made at compile time.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(ErrorBody))]
[JsonSerializable(typeof(MessageBody))]
[JsonSerializable(typeof(CreatedBody))]
[JsonSerializable(typeof(DryRunBody))]
[JsonSerializable(typeof(SortedDictionary<string, string>))]
internal sealed partial class ApiJson : JsonSerializerContext
{
    /// <summary>The context to use: letters outside ASCII stay as they are, as in the Java server's bodies.</summary>
    public static ApiJson Relaxed { get; } = new(new JsonSerializerOptions
    {
        // The bodies are application/json and never part of a page.
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
    });
}
