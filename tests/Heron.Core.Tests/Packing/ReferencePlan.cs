// SPDX-License-Identifier: Apache-2.0
using System.Text.Json;
using Google.Protobuf;
using Heron.Core.Packing;

namespace Heron.Core.Tests.Packing;

/// <summary>Compares a plan with a recorded one and says in few lines where they differ.</summary>
internal static class ReferencePlan
{
    public static IReadOnlyList<string> Differences(JsonElement expectedCase, PackingPlan actual)
    {
        var differences = new List<string>();
        var expected = expectedCase.GetProperty("plan");
        Compare("id", expected.GetProperty("id").GetString(), actual.Id);
        Compare(
            "component counts",
            Text(expected.GetProperty("component_counts").EnumerateObject().Select(p => (p.Name, p.Value.GetInt32()))),
            Text(actual.ComponentCounts.Select(c => (c.Key, c.Value))));
        Compare(
            "RAM distribution",
            expected.GetProperty("component_ram_distribution").GetString(),
            actual.ComponentRamDistribution);
        Compare(
            "container order",
            Numbers(expected.GetProperty("container_iteration_order")),
            string.Join(' ', actual.Containers.Select(c => c.Id)));
        foreach (var container in expected.GetProperty("containers").EnumerateArray())
        {
            var id = container.GetProperty("id").GetInt32();
            if (actual.Containers.SingleOrDefault(c => c.Id == id) is not { } found)
            {
                differences.Add($"container {id} is missing");
                continue;
            }

            Compare($"container {id} required", ResourceText(container.GetProperty("required")), ResourceText(found.Required));
            Compare($"container {id} scheduled", ResourceText(container.GetProperty("scheduled")), ResourceText(found.Scheduled));
            Compare(
                $"container {id} instances",
                string.Join(' ', container.GetProperty("instances").EnumerateArray().Select(i => InstanceText(i))),
                string.Join(' ', found.Instances.OrderBy(i => i.TaskId).Select(InstanceText)));
            Compare(
                $"container {id} instance order",
                Numbers(container.GetProperty("instance_iteration_order")),
                string.Join(' ', found.Instances.Select(i => i.TaskId)));
        }

        if (expectedCase.TryGetProperty("plan_proto_base64", out var bytes) && bytes.ValueKind == JsonValueKind.String)
        {
            Compare("message bytes", bytes.GetString(), Convert.ToBase64String(actual.ToProto().ToByteArray()));
        }

        return differences;

        void Compare(string what, string? wanted, string? got)
        {
            if (wanted != got)
            {
                differences.Add($"{what}: {Around(wanted, got)}");
            }
        }
    }

    // The first place where two texts differ, with a little of what is around it.
    private static string Around(string? wanted, string? got)
    {
        if (wanted is null || got is null)
        {
            return $"expected {wanted ?? "none"}, got {got ?? "none"}";
        }

        var at = 0;
        while (at < wanted.Length && at < got.Length && wanted[at] == got[at])
        {
            at++;
        }

        return $"expected …{Piece(wanted, at)}…, got …{Piece(got, at)}… (at {at})";
    }

    private static string Piece(string text, int at)
    {
        var start = Math.Max(0, at - 15);
        return text[start..Math.Min(text.Length, at + 45)];
    }

    private static string Text(IEnumerable<(string Name, int Count)> counts) =>
        string.Join(' ', counts.OrderBy(c => c.Name, StringComparer.Ordinal).Select(c => $"{c.Name}={c.Count}"));

    private static string Numbers(JsonElement array) =>
        string.Join(' ', array.EnumerateArray().Select(n => n.GetInt32()));

    private static string? ResourceText(JsonElement resource) => resource.ValueKind == JsonValueKind.Null
        ? null
        : $"{resource.GetProperty("cpu").GetDouble():R}/{resource.GetProperty("ram").GetInt64()}/{resource.GetProperty("disk").GetInt64()}";

    private static string? ResourceText(Resource? resource) =>
        resource is null ? null : $"{resource.Cpu:R}/{resource.Ram.Bytes}/{resource.Disk.Bytes}";

    private static string InstanceText(JsonElement i) =>
        $"[{i[0].GetInt32()} {i[1].GetString()} {i[2].GetInt32()} {i[3].GetDouble():R}/{i[4].GetInt64()}/{i[5].GetInt64()}]";

    private static string InstanceText(InstancePlan i) =>
        $"[{i.TaskId} {i.ComponentName} {i.ComponentIndex} {ResourceText(i.Resource)}]";
}
