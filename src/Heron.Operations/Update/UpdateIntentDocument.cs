using System.Text.Json.Serialization;
using Google.Protobuf;
using Heron.Core.Daemons;
using Heron.Core.Topologies;
using Proto = Heron.Core.Protobuf;

namespace Heron.Operations.Update;

/// <summary>An <see cref="UpdateIntent"/> as it is written to disk.</summary>
internal sealed record UpdateIntentDocument(
    string Cluster,
    string Role,
    string Environment,
    string Name,
    string Id,
    byte[] CurrentPlan,
    byte[] ProposedPlan,
    bool RunsAfterwards,
    DateTimeOffset Begun,
    IReadOnlyList<RuntimeSetting>? RuntimeSettings,
    string? LockOwner = null)
{
    /// <summary>For writing.</summary>
    public static UpdateIntentDocument Of(UpdateIntent intent) => new(
        intent.Topology.Cluster,
        intent.Topology.Role,
        intent.Topology.Environment,
        intent.Topology.Name,
        intent.Topology.Id,
        intent.Change.Current.ToByteArray(),
        intent.Change.Proposed.ToByteArray(),
        intent.RunsAfterwards,
        intent.Begun,
        intent.RuntimeSettings,
        intent.LockOwner);

    /// <summary>After reading.</summary>
    public UpdateIntent ToIntent() => new(
        new TopologyIdentity(Cluster, Role, Environment, Name, Id),
        new PlanChange(
            Proto.PackingPlan.Parser.ParseFrom(CurrentPlan), Proto.PackingPlan.Parser.ParseFrom(ProposedPlan)),
        RunsAfterwards,
        Begun)
    {
        RuntimeSettings = RuntimeSettings ?? [],
        LockOwner = LockOwner,
    };
}

/// <summary>Reads and writes <see cref="UpdateIntentDocument"/>.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(UpdateIntentDocument))]
internal sealed partial class UpdateIntentJson : JsonSerializerContext;
