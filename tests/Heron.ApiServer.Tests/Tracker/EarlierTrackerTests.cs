// SPDX-License-Identifier: Apache-2.0
using System.Net;
using System.Text.Json.Nodes;
using Heron.ApiServer.Tests.Support;

namespace Heron.ApiServer.Tests.Tracker;

/// <summary>The names and shapes that the tracker of 0.17.8 has in its source, asked of its own addresses.</summary>
public sealed class EarlierTrackerTests
{
    private const string Root = "/tracker/0.17";
    private const string Submission =
        "cluster environ has_physical_plan has_scheduler_location has_tmaster_location jobname release_tag release_username release_version role "
        + "status submission_time submission_user viz";

    private static readonly (string Newer, string Place, string Names)[] Shapes =
    [
        ("/topologies/info", "", "execution_state id logical_plan metadata name physical_plan runtime_state scheduler_location tmaster_location"),
        ("/topologies/info", "tmaster_location", "controller_port host id master_port name stats_port"),
        ("/topologies/info", "execution_state", Submission),
        ("/topologies/info", "logical_plan", "bolts spouts"),
        ("/topologies/info", "logical_plan.spouts.*", "config outputs source type version"),
        ("/topologies/info", "logical_plan.bolts.*", "config inputs outputs"),
        ("/topologies/info", "runtime_state", "has_physical_plan has_scheduler_location has_tmaster_location stmgrs"),
        ("/topologies/executionstate", "", Submission),
        ("/topologies/states", "*.*.*", Submission),
        ("/topologies/logicalplan", "", "bolts spouts stages"),
        ("/topologies/logicalplan", "spouts.*", "config outputs spout_source spout_type"),
        ("/topologies/logicalplan", "bolts.*", "config inputComponents inputs outputs"),
        ("/topologies/physicalplan", "", "bolts config instance_groups instances spouts stmgrs"),
        ("/topologies/physicalplan", "instances.*", "id logfile name stmgrId"),
        ("/topologies/metrics", "", "component interval metrics"),
        ("/topologies/metricstimeline", "", "component endtime starttime timeline"),
        ("/topologies/container/filedata", "", "data length offset"),
    ];

    [Fact]
    public async Task Answers_have_the_names_that_the_earlier_UI_reads_and_what_a_shell_says_is_a_text_that_it_reads_itself()
    {
        var set = TrackerExchange.Read("running");
        await using var replay = await TrackerReplay.StartAsync(["WordCount"], set);
        foreach (var (newer, place, names) in Shapes)
        {
            var answer = await AskAsync(replay, set, newer);
            Assert.Equal("executiontime message result status tracker_version", Names(answer));
            Assert.Equal("success", (string?)answer["status"]);
            var node = place.Split('.', StringSplitOptions.RemoveEmptyEntries).Aggregate(
                answer["result"]!, (at, name) => name == "*" ? at.AsObject().First().Value! : at[name]!);
            Assert.Equal((newer, place, names), (newer, place, Names(node)));
        }

        var shell = await AskAsync(replay, set, "/topologies/pid");
        Assert.Equal("command stderr stdout", Names(JsonNode.Parse((string)shell["result"]!)!));
    }

    [Theory]
    [InlineData("/topologies/info?cluster=x&environ=dev", "Missing argument topology")]
    [InlineData("/topologies/info?cluster=x&environ=dev&topology=Nobody", "Topology not found for x, dev, Nobody")]
    [InlineData("/topologies/packingplan", "URL not supported: /topologies/packingplan")]
    [InlineData("/nothing", "URL not supported: /nothing")]
    public async Task What_cannot_be_is_404_and_a_failure_in_words(string target, string message)
    {
        await using var server = await TestServer.StartAsync();
        using var response = await server.Client.GetAsync(Root + target);
        var answer = JsonNode.Parse(await response.Content.ReadAsStringAsync())!;
        Assert.Equal(HttpStatusCode.NotFound, response.StatusCode);
        Assert.Equal("failure", (string?)answer["status"]);
        Assert.Contains(message, (string?)answer["message"], StringComparison.Ordinal);
        Assert.False(answer.AsObject().ContainsKey("result"));
    }

    private static async Task<JsonNode> AskAsync(TrackerReplay replay, IReadOnlyList<TrackerExchange> set, string newer)
    {
        using var response = await replay.AskAsync(
            set.First(e => e.Path == newer && e.Status == 200 && (!e.Query.TryGetValue("topology", out var name) || name == "WordCount")),
            Root,
            path => path.Replace("/container/file", "/containerfile", StringComparison.Ordinal));
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        return JsonNode.Parse(await response.Content.ReadAsStringAsync())!;
    }

    private static string Names(JsonNode of) => string.Join(' ', of.AsObject().Select(p => p.Key).Order(StringComparer.Ordinal));
}
