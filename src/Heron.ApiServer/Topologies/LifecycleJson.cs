using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using Heron.Operations.Describe;

namespace Heron.ApiServer.Topologies;

/// <summary>The JSON bodies of the routes for running topologies, made at compile time.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(UpdatedBody))]
[JsonSerializable(typeof(ResponseBody))]
[JsonSerializable(typeof(TopologyList))]
[JsonSerializable(typeof(TopologyDescription))]
internal sealed partial class LifecycleJson : JsonSerializerContext
{
    /// <summary>The context to use: letters outside ASCII stay as they are, as in the Java server's bodies.</summary>
    public static LifecycleJson Relaxed { get; } = new(new JsonSerializerOptions
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    });
}
