// SPDX-License-Identifier: Apache-2.0
using System.Text.Json;
using System.Text.Json.Serialization;
using Google.Protobuf;
using Proto = Heron.Core.Protobuf;

namespace Heron.Operations.Journal;

/// <summary>A packing plan and what it is to become.</summary>
/// <param name="Current">As stored now.</param>
/// <param name="Proposed">As it will be stored.</param>
[JsonConverter(typeof(PlanChangeJson))]
public sealed record PlanChange(Proto.PackingPlan Current, Proto.PackingPlan Proposed)
{
    /// <summary>Ids of containers that only the new plan has, sorted.</summary>
    public IReadOnlyList<int> Added => Difference(Proposed, Current);

    /// <summary>Ids of containers that only the old plan has, sorted.</summary>
    public IReadOnlyList<int> Removed => Difference(Current, Proposed);

    private static List<int> Difference(Proto.PackingPlan of, Proto.PackingPlan without) =>
        [.. of.ContainerPlans.Select(c => c.Id).Except(without.ContainerPlans.Select(c => c.Id)).Order()];
}

/// <summary>Writes both plans as the bytes that the state manager holds.</summary>
internal sealed class PlanChangeJson : JsonConverter<PlanChange>
{
    /// <inheritdoc/>
    public override PlanChange? Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        if (JsonSerializer.Deserialize(ref reader, JournalJson.Default.PlanBytes) is not { } bytes)
        {
            return null;
        }

        try
        {
            return new PlanChange(
                Proto.PackingPlan.Parser.ParseFrom(bytes.Current), Proto.PackingPlan.Parser.ParseFrom(bytes.Proposed));
        }
        catch (InvalidProtocolBufferException e)
        {
            throw new JsonException($"a plan in it cannot be read: {e.Message}", e);
        }
    }

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter writer, PlanChange value, JsonSerializerOptions options) =>
        JsonSerializer.Serialize(
            writer, new PlanBytes(value.Current.ToByteArray(), value.Proposed.ToByteArray()), JournalJson.Default.PlanBytes);
}

/// <summary>A <see cref="PlanChange"/> as it is written.</summary>
internal sealed record PlanBytes(byte[] Current, byte[] Proposed);
