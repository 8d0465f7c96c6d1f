// SPDX-License-Identifier: Apache-2.0
using System.Text.Json;
using System.Text.Json.Nodes;
using Heron.Testing;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.Primitives;

namespace Heron.ApiServer.Tests.Tracker;

/// <summary>What the stock tracker 0.20.5 was asked, and what it answered.</summary>
internal sealed record TrackerExchange(string Set, string Id, string Method, string Target, int Status, string Body)
{
    public string Path => Target.Split('?')[0];

    public Dictionary<string, StringValues> Query => QueryHelpers.ParseQuery(Target.Contains('?') ? Target[Target.IndexOf('?')..] : "");

    /// <summary>The answer; null when it is no JSON.</summary>
    public JsonNode? Json
    {
        get
        {
            try
            {
                return JsonNode.Parse(Body);
            }
            catch (JsonException)
            {
                return null;
            }
        }
    }

    /// <summary>Whether a daemon has to be asked for the answer.</summary>
    public bool AsksDaemon => Path is "/topologies/metrics" or "/topologies/metrics/timeline" or "/topologies/metricstimeline"
        or "/topologies/metrics/query" or "/topologies/exceptions" or "/topologies/exceptionsummary" or "/topologies/runtimestate"
        or "/topologies/pid" or "/topologies/jstack" or "/topologies/jmap" or "/topologies/histo"
        || Path.StartsWith("/topologies/container/", StringComparison.Ordinal);

    public static IReadOnlyList<TrackerExchange> Read(string set) =>
        [.. JsonNode.Parse(File.ReadAllText(Fixtures.File("live", "tracker", set + ".json")))!.AsArray().Select(e => new TrackerExchange(
            set, e![0]!.GetValue<string>(), e[1]!.GetValue<string>(), e[2]!.GetValue<string>(), e[3]!.GetValue<int>(), e[4]!.GetValue<string>()))
            .Where(e => e.Method != "POST" || e.Path == "/topologies")];
}
