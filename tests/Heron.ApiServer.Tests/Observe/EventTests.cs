// SPDX-License-Identifier: Apache-2.0
using System.Net;
using System.Text.Json.Nodes;
using Heron.ApiServer.Tests.Support;
using Heron.Core.Scheduling;
using Heron.Core.Topologies;
using Heron.Testing;
using Heron.Testing.Scheduling;

namespace Heron.ApiServer.Tests.Observe;

public sealed class EventTests
{
    private const string Path = "/api/v1/topologies/nomad/ads/devel/exclamation";

    [Fact]
    public async Task What_is_done_to_a_topology_stands_in_its_history_with_who_how_long_and_which_request()
    {
        await using var server = await TestServer.StartAsync(scheduler: Scheduler());
        server.Scheduler.OnSchedule = (_, _) => Task.FromResult(new ScheduleResult(["container 2 finds no node"]));
        server.Client.DefaultRequestHeaders.TryAddWithoutValidation("Authorization", "Basic YWxpY2U6eA==");
        await server.SubmitAsync();
        using var restarted = await server.Client.PostAsync(Path + "/restart", new FormUrlEncodedContent([new("container_id", "1")]));
        server.Scheduler.Failures["restart"] = FakeScheduler.Refusal;
        using var failed = await server.Client.PostAsync(Path + "/restart", null);
        using var killed = await server.Client.DeleteAsync(Path);

        var events = await OperationsAsync(server);

        Assert.Equal(
            ["killed kill", "restarted restart failed", "restarted container 1 restarted", "submitted submitted"],
            events.Select(e => $"{e["kind"]} {(e["kind"]!.GetValue<string>() == "killed" ? "kill" : e["text"])}"));
        Assert.Equal("Nomad said no", events[1]["failure"]!.GetValue<string>());
        Assert.Equal("container 2 finds no node", Assert.Single(events[3]["warnings"]!.AsArray())!.GetValue<string>());
        Assert.All(events, e => Assert.True(e["took_ms"]!.GetValue<double>() >= 0));
        Assert.Equal(
            ("alice", "127.0.0.1", killed.Headers.GetValues("X-Request-Id").Single()),
            (events[0]["user"]!.GetValue<string>(), events[0]["address"]!.GetValue<string>(), events[0]["request_id"]!.GetValue<string>()));
    }

    [Theory]
    [InlineData("nomad/ads/devel/exclamatoin", HttpStatusCode.NotFound, "Topology 'exclamatoin' does not exist, and nothing is noted of one: is exclamation meant?")]
    [InlineData("nomad/ads/devel/never", HttpStatusCode.NotFound, "Topology 'never' does not exist, and nothing is noted of one; there is exclamation")]
    [InlineData("nomad/ads/prod/exclamation", HttpStatusCode.Conflict, "is running at nomad/ads/devel, not nomad/ads/prod")]
    public async Task The_history_of_a_topology_that_never_was_is_refused_followed_or_not_with_what_there_is(
        string topology, HttpStatusCode status, string message)
    {
        await using var server = await TestServer.StartAsync(scheduler: Scheduler());
        await server.SubmitAsync();
        foreach (var query in (string[])["", "?follow", "?follow&kind=killed"])
        {
            using var answer = await server.Client.GetAsync(
                $"/api/v1/topologies/{topology}/events{query}", HttpCompletionOption.ResponseHeadersRead, TestContext.Current.CancellationToken);
            Assert.Equal(status, answer.StatusCode);
            Assert.Contains(message, JsonNode.Parse(await answer.Content.ReadAsStringAsync())!["message"]!.GetValue<string>(), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task One_that_was_killed_can_be_followed_and_who_comes_back_is_never_refused()
    {
        await using var server = await TestServer.StartAsync(scheduler: Scheduler());
        await server.SubmitAsync();
        using (var running = await FollowedStream.OpenAsync(server.Client, Path + "/events?follow&kind=killed", last: null))
        {
            Assert.True((await server.Client.DeleteAsync(Path)).IsSuccessStatusCode);
            Assert.Contains("\"kind\":\"killed\"", (await running.NextAsync()).Data, StringComparison.Ordinal);
        }

        using (var killed = await FollowedStream.OpenAsync(server.Client, Path + "/events?follow&kind=submitted&limit=1", last: null))
        {
            Assert.Contains("\"kind\":\"submitted\"", (await killed.NextAsync()).Data, StringComparison.Ordinal);
            await server.SubmitAsync();
            Assert.Contains("\"kind\":\"submitted\"", (await killed.NextAsync()).Data, StringComparison.Ordinal);
        }

        // Whoever followed it before the server was started anew without its history.
        using var back = await FollowedStream.OpenAsync(server.Client, Path.Replace("exclamation", "before", StringComparison.Ordinal) + "/events?follow", last: "1");
    }

    [Fact]
    public async Task What_becomes_of_containers_is_noted_once_also_by_the_next_server_and_who_follows_misses_nothing()
    {
        var folder = Directory.CreateTempSubdirectory("events-").FullName;
        var scheduler = Scheduler();
        TopologyIdentity topology;
        string? last;
        await using (var server = await TestServer.StartAsync(folder: folder, scheduler: scheduler))
        {
            topology = await server.SubmitAsync();
            await UntilAsync(server, "started", 3);
            scheduler.Status = (_, id) => id != 2 ? Running(id, "a") : Running(id, "a") with
            {
                State = ContainerState.Failing,
                Restarts = 1,
                Reason = "curl: no core",
                LastExit = new ContainerExit(3, null, false, DateTimeOffset.UnixEpoch.AddDays(1)),
            };
            scheduler.Tell(new ContainerChange(topology.Id, 2));
            var exited = Assert.Single(await UntilAsync(server, "exited", 1));
            Assert.Equal(
                (2, 3, "curl: no core", "node-a"),
                (
                    exited["container"]!.GetValue<int>(), exited["status"]!.GetValue<int>(), exited["failure"]!.GetValue<string>(),
                    exited["node"]!.GetValue<string>()));
            using var stream = await FollowedStream.OpenAsync(server.Client, Path + "/events?follow&kind=exited", last: null);
            last = (await stream.NextAsync()).Id;
            Assert.Equal(exited["id"]!.ToString(), last);
        }

        await File.AppendAllTextAsync(Directory.GetFiles(System.IO.Path.Join(folder, "store", ".server"), "events-*.jsonl")[0], "{\"id\":1,\"at");
        scheduler.Status = (_, id) => id != 2 ? Running(id, "a") : Running(id, "b") with { Restarts = 2, Node = "node-b" };
        await using (var next = await TestServer.StartAsync(folder: folder, scheduler: scheduler))
        {
            using var stream = await FollowedStream.OpenAsync(next.Client, Path + "/events?follow", last);
            var (id, data) = await stream.NextAsync();
            Assert.True(long.Parse(id!) > long.Parse(last!));
            Assert.True(data.Contains("placed on node-b", StringComparison.Ordinal), data);

            // Not later than it runs there, although it was seen later.
            Assert.Contains("\"at\":\"1970-01-01", data, StringComparison.Ordinal);
            Assert.Contains("container 2 runs again", (await stream.NextAsync()).Data, StringComparison.Ordinal);
            Assert.Equal(3, (await UntilAsync(next, "started", 3)).Count);
            Assert.Single(await UntilAsync(next, "exited", 1));
        }

        Scratch.Delete(folder);
    }

    [Theory]
    [InlineData("/api/v1/events?colour=red")]
    [InlineData("/api/v1/events?kind=happy")]
    [InlineData("/api/v1/events?limit=1001")]
    [InlineData("/api/v1/events?limit=0")]
    [InlineData("/api/v1/events?since=253402300800")]
    [InlineData("/api/v1/events?before=x")]
    public async Task A_query_that_cannot_be_is_refused(string path)
    {
        await using var server = await TestServer.StartAsync();

        Assert.Equal(HttpStatusCode.BadRequest, (await server.Client.GetAsync(path)).StatusCode);
    }

    private static FakeScheduler Scheduler() => new() { Status = (_, id) => Running(id, "a") };

    private static ContainerStatus Running(int id, string run) => new()
    {
        Container = id,
        State = ContainerState.Running,
        Since = DateTimeOffset.UnixEpoch,
        Node = "node-a",
        Run = $"{run}{id}",
    };

    private static async Task<List<JsonNode>> OperationsAsync(TestServer server) =>
        [.. JsonNode.Parse(await server.Client.GetStringAsync(Path + "/events"))!["events"]!.AsArray().OfType<JsonNode>().Where(e => e["took_ms"] is not null)];

    private static async Task<List<JsonNode>> UntilAsync(TestServer server, string kind, int count)
    {
        List<JsonNode> events = [];
        await Poll.UntilAsync(
            async () =>
            {
                events = [.. JsonNode.Parse(await server.Client.GetStringAsync("/api/v1/events?kind=" + kind))!["events"]!.AsArray().OfType<JsonNode>()];
                return events.Count >= count;
            },
            () => $"{events.Count} events of {kind}");
        return events;
    }
}
