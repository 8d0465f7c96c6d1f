// SPDX-License-Identifier: Apache-2.0
using System.Text.Json;

namespace Heron.Daemons.Tests.Support;

/// <summary>Exchanges with the stats port of a real topology manager and a real metrics cache.</summary>
internal static class RecordedStats
{
    private static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web);

    private static readonly IReadOnlyList<Exchange> All =
        JsonSerializer.Deserialize<List<Exchange>>(File.ReadAllText(Fixtures.File("live", "stats.json")), Options)!;

    /// <summary>A daemon that gives the recorded answer of an exchange, whatever it is asked.</summary>
    public static ScriptedDaemon Serve(string daemon, string id)
    {
        var exchange = Of(daemon, id);
        return new ScriptedDaemon(_ => new DaemonReply(exchange.Status, exchange.Body) { ToldLength = exchange.ToldLength });
    }

    public static Exchange Of(string daemon, string id) => All.Single(e => e.Daemon == daemon && e.Id == id);

    internal sealed record Exchange(
        string Daemon, string Id, string Method, string Target, byte[]? Request, int? Status, string[] Headers, byte[] Body)
    {
        public int? ToldLength => Headers
            .Where(h => h.StartsWith("content-length: ", StringComparison.OrdinalIgnoreCase))
            .Select(h => (int?)int.Parse(h["content-length: ".Length..], System.Globalization.CultureInfo.InvariantCulture))
            .FirstOrDefault();
    }
}
