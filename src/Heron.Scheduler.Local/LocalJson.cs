// SPDX-License-Identifier: Apache-2.0
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Heron.Scheduler.Local;

/// <summary>What a dry run says of containers that would run here.</summary>
/// <param name="Scheduler">Which scheduler: <c>local</c>.</param>
/// <param name="Topology">The topology's name.</param>
/// <param name="WorkingDirectory">Above the containers' folders.</param>
/// <param name="Containers">Their numbers.</param>
/// <param name="Ports">The ports that each gets, by their labels.</param>
/// <param name="Environment">Of the start script, the same for all.</param>
/// <param name="Executor">The executor's command line.</param>
internal sealed record LocalPlan(
    [property: JsonPropertyName("scheduler")] string Scheduler,
    [property: JsonPropertyName("topology")] string Topology,
    [property: JsonPropertyName("workingDirectory")] string WorkingDirectory,
    [property: JsonPropertyName("containers")] IEnumerable<int> Containers,
    [property: JsonPropertyName("ports")] IReadOnlyList<string> Ports,
    [property: JsonPropertyName("environment")] IReadOnlyDictionary<string, string> Environment,
    [property: JsonPropertyName("executor")] string Executor);

/// <summary>The JSON of this scheduler's files and dry runs, made at compile time.</summary>
[JsonSourceGenerationOptions(WriteIndented = true)]
[JsonSerializable(typeof(TopologySpec))]
[JsonSerializable(typeof(ContainerLife))]
[JsonSerializable(typeof(LocalPlan))]
internal sealed partial class LocalJson : JsonSerializerContext
{
    /// <summary>For people: letters outside ASCII stay as they are.</summary>
    public static LocalJson Readable { get; } = new(new JsonSerializerOptions
    {
        WriteIndented = true,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    });
}
