// SPDX-License-Identifier: Apache-2.0
using System.Text.Json.Nodes;

namespace Heron.ApiServer.Tests.Tracker;

/// <summary>All requests that were recorded from the stock tracker, sent to this server; see <see cref="TrackerDifferences"/>.</summary>
public sealed class TrackerReplayTests
{
    private static readonly string[] Running = ["Faulty", "Paused", "Slow", "StreamletCount", "WordCount", "WordCountLocal"];

    // The reports that these are made of were not recorded; the operators have tests of their own.
    private static readonly string[] WithoutData =
        ["query-percentile-100", "query-rate", "query-ui-memory", "query-ui-gc", "query-ui-max-capacity-spout"];

    // The minute in which the recording was made was reported between the topology manager's answers and the tracker's.
    private static readonly string[] UnfinishedMinutes = ["1795895160", "1795896000", "1795896180"];

    [Theory]
    [InlineData("running", 270)]
    [InlineData("no-metricscache", 68)]
    [InlineData("paused", 59)]
    public Task What_runs_is_answered_as_by_the_stock_tracker(string set, int atLeast) => CheckAsync(set, atLeast, Running);

    [Fact]
    public Task A_topology_that_throws_is_answered_as_by_the_stock_tracker() => CheckAsync("throwing", 100, ["Throwing"]);

    [Fact]
    public Task A_topology_under_back_pressure_is_answered_as_by_the_stock_tracker() =>
        CheckAsync("backpressure", 100, ["BackPressure"]);

    [Theory]
    [InlineData("just-submitted-", "tmanagers", "pplans")]
    [InlineData("no-physical-plan-", "pplans")]
    [InlineData("first-physical-plan-")]
    public Task A_topology_that_is_starting_is_answered_as_by_the_stock_tracker(string prefix, params string[] missing) => CheckAsync(
        "starting", 3, ["Starting"], e => e.Id.StartsWith(prefix, StringComparison.Ordinal) && !e.Id.EndsWith("-states", StringComparison.Ordinal), missing);

    [Fact]
    public Task A_topology_without_a_physical_plan_is_answered_as_by_the_stock_tracker() => CheckAsync(
        "early", 20, Running, e => !e.Id.EndsWith("-states", StringComparison.Ordinal), "pplans");

    private static async Task CheckAsync(
        string set, int atLeast, string[] topologies, Func<TrackerExchange, bool>? filter = null, params string[] missing)
    {
        var exchanges = TrackerExchange.Read(set).Where(filter ?? (_ => true))
            .Where(e => !WithoutData.Any(w => e.Id.EndsWith(w, StringComparison.Ordinal))).ToList();
        await using var replay = await TrackerReplay.StartAsync(topologies, exchanges, missing);
        var differences = new List<string>();
        foreach (var exchange in exchanges)
        {
            using var response = await replay.AskAsync(exchange);
            var text = await response.Content.ReadAsStringAsync();
            var (status, body) = TrackerDifferences.Expected(exchange, replay);
            if ((int)response.StatusCode != status)
            {
                differences.Add($"{exchange.Id}: {status} is {(int)response.StatusCode} {text[..Math.Min(200, text.Length)]}");
            }
            else if (body is not null)
            {
                differences.AddRange(TrackerDifferences.Between(body, JsonNode.Parse(text))
                    .Where(d => exchange.Path != "/topologies/metrics/query" || !UnfinishedMinutes.Any(m => d.Contains(".data." + m)))
                    .Select(d => $"{exchange.Id}: {d}"));
            }

            if (!response.Headers.Contains("x-process-time"))
            {
                differences.Add($"{exchange.Id}: the stock clients fail without x-process-time");
            }
        }

        Assert.True(differences.Count == 0, string.Join('\n', differences.Take(60)));
        Assert.Empty(replay.Mistakes);
        Assert.True(exchanges.Count >= atLeast, $"{exchanges.Count} exchanges");
    }
}
