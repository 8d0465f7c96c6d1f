// SPDX-License-Identifier: Apache-2.0
using System.Text.Json.Nodes;
using Heron.Testing;
using Heron.Testing.Daemons;

namespace Heron.ApiServer.Tests.Observe;

/// <summary>The heron-shell of container 1 of WordCount, as it was recorded.</summary>
internal static class RecordedShell
{
    public static ScriptedDaemon Start()
    {
        var recorded = JsonNode.Parse(File.ReadAllText(Fixtures.File("live", "shell.json")))!.AsArray()
            .Where(e => e!["shell"]!.GetValue<string>() == "WordCount-container-1").ToList();
        return new ScriptedDaemon(request => recorded.FirstOrDefault(e => e!["target"]!.GetValue<string>() == request.Target) is { } exchange
            ? ScriptedDaemon.Text(exchange["status"]!.GetValue<int>(), exchange["body"]!.GetValue<string>())
            : ScriptedDaemon.Text(404, ""));
    }
}
