// SPDX-License-Identifier: Apache-2.0
using System.Text.Json.Nodes;

namespace Heron.ApiServer.Tests.Tracker;

/// <summary>
/// Every difference between what the stock tracker answered and what is answered here, each with its reason: where the stock
/// tracker fails by mistake, what it meant is answered.
/// </summary>
internal static class TrackerDifferences
{
    // Half of them are means and quotients: sums of numbers in another order differ in their last digits.
    private const double Tolerance = 1e-9;

    /// <summary>The stock answer with what is different on purpose put right, and the status.</summary>
    public static (int Status, JsonNode? Body) Expected(TrackerExchange exchange, TrackerReplay replay)
    {
        var body = exchange.Json?.DeepClone();
        switch (exchange.Path)
        {
            // The client here follows where it is sent.
            case "/topologies/":
                return (200, null);

            // 500 always: a parameter was forgotten.
            case "/machines" when exchange.Body.Contains("roles", StringComparison.Ordinal):
                return (200, replay.Machines(exchange.Query));

            // 500 always: the list of stream managers is used as a key.
            case "/topologies/runtimestate" when exchange.Body.Contains("unhashable", StringComparison.Ordinal):
                return (200, replay.RuntimeState(exchange.Query["topology"]!));

            // 500 whenever there is an exception: fields are given by names that the model does not have.
            case "/topologies/exceptionsummary" when exchange.Body.Contains("validation errors", StringComparison.Ordinal):
                return (200, TrackerReplay.ExceptionSummary());

            // 500 where a mean has a minute without a report: JSON has no nan. Such minutes are left out.
            case "/topologies/metrics/timeline" when exchange.Body.Contains("Out of range", StringComparison.Ordinal):
                return (200, replay.TimelineWithoutGaps(exchange));

            // 200 with the shell's error page.
            case "/topologies/container/filedownload" when exchange.Status == 200:
                return (200, null);

            // A role that does not fit lists everything there.
            case "/topologies" or "/topologies/states" when exchange.Query.TryGetValue("role", out var role) && role == "nosuch":
                return (200, new JsonObject());

            // The same status with other words: there, whatever Python makes of the mistake.
            case "/topologies/container/filedata" or "/topologies/container/filestats"
                when exchange.Body.Contains("Expecting value", StringComparison.Ordinal):
            case "/topologies/metrics/query" when exchange.Body.Contains("has no attribute", StringComparison.Ordinal):
            case not null when exchange.Body.Contains("No Tmanager found", StringComparison.Ordinal)
                || exchange.Body.Contains("TManager not set yet", StringComparison.Ordinal):
                return (500, null);
        }

        Correct(body);
        return (exchange.Status, body);
    }

    /// <summary>Where two answers differ; empty when nowhere.</summary>
    public static IEnumerable<string> Between(JsonNode? expected, JsonNode? actual, string path = "$")
    {
        switch (expected, actual)
        {
            case (JsonObject left, JsonObject right):
                return left.Select(p => p.Key).Union(right.Select(p => p.Key)).SelectMany(key =>
                    !left.ContainsKey(key) ? [$"{path}.{key} is too much: {right[key]}"]
                    : !right.ContainsKey(key) ? [$"{path}.{key} is missing: {left[key]}"]
                    : Between(left[key], right[key], $"{path}.{key}"));

            case (JsonArray left, JsonArray right) when left.Count == right.Count:
                // The order of topologies, and of timelines, is that of maps.
                return Ordered(left).Zip(Ordered(right)).SelectMany((p, i) => Between(p.First, p.Second, $"{path}[{i}]"));

            case (JsonValue left, JsonValue right) when Number(left) is { } a && Number(right) is { } b:
                return Math.Abs(a - b) <= Tolerance * Math.Max(1, Math.Abs(a)) ? [] : [$"{path}: {a} is {b}"];

            default:
                return expected?.ToJsonString() == actual?.ToJsonString() ? [] : [$"{path}: {expected?.ToJsonString()} is {actual?.ToJsonString()}"];
        }
    }

    private static void Correct(JsonNode? node)
    {
        switch (node)
        {
            case JsonObject map:
                // Made by a setting of the stock tracker's own file.
                if (map.ContainsKey("extra_links") && map.ContainsKey("jobname"))
                {
                    map["extra_links"] = new JsonArray();
                }

                // Always null there: a slip of name.
                if (map.ContainsKey("stats_port") && map["host"] is not null)
                {
                    map["stats_port"] = TrackerReplay.StatsPortOf(map["name"]!.GetValue<string>());
                }

                // Repeats the ram there.
                if (map.TryGetPropertyValue("scheduled_resources", out var scheduled) && scheduled is JsonObject resources)
                {
                    resources["disk"] = map["required_resources"]!["disk"]!.DeepClone();
                }

                foreach (var value in map.Select(p => p.Value).ToList())
                {
                    Correct(value);
                }

                break;

            case JsonArray list:
                foreach (var value in list)
                {
                    Correct(value);
                }

                break;
        }
    }

    private static IEnumerable<JsonNode?> Ordered(JsonArray list) => list switch
    {
        [JsonValue, ..] => list.OrderBy(v => v?.ToJsonString(), StringComparer.Ordinal),
        [JsonObject first, ..] when first.ContainsKey("data") => list.OrderBy(v => v?["instance"]?.ToJsonString(), StringComparer.Ordinal),
        _ => list,
    };

    private static double? Number(JsonValue value) =>
        value.GetValueKind() == System.Text.Json.JsonValueKind.Number ? double.Parse(value.ToJsonString(), System.Globalization.CultureInfo.InvariantCulture) : null;
}
