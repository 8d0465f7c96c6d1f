// SPDX-License-Identifier: Apache-2.0
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using Heron.Core.Daemons;
using Heron.Operations.History;
using Heron.Operations.Observe.Figures;
using Heron.Operations.Observe.Files;
using Heron.Operations.Observe.Metrics;
using Heron.Operations.Observe.Plans;

namespace Heron.ApiServer.Observe;

/// <summary>The JSON bodies of what is observed, made at compile time; what is null is left out.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(MetricsView))]
[JsonSerializable(typeof(ExceptionsView))]
[JsonSerializable(typeof(FiguresView))]
[JsonSerializable(typeof(LogicalPlanView))]
[JsonSerializable(typeof(PackingPlanView))]
[JsonSerializable(typeof(PhysicalPlanView))]
[JsonSerializable(typeof(TopologyConfigView))]
[JsonSerializable(typeof(ShellOutput))]
[JsonSerializable(typeof(FolderListing))]
[JsonSerializable(typeof(EventList))]
internal sealed partial class ObserveJson : JsonSerializerContext
{
    /// <summary>The context to use: letters outside ASCII stay as they are.</summary>
    public static ObserveJson Relaxed { get; } = new(new JsonSerializerOptions
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    });
}
