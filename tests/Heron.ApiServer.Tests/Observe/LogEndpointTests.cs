// SPDX-License-Identifier: Apache-2.0
using System.Net;
using System.Net.Sockets;
using Heron.ApiServer.Tests.Support;
using Heron.Core.Scheduling;
using Heron.Core.Topologies;
using Heron.Testing;
using Heron.Testing.Scheduling;

namespace Heron.ApiServer.Tests.Observe;

public sealed class LogEndpointTests
{
    private const string Instance = "container_1_word_5";

    private const string Log =
        "[2026-11-28 19:36:57 +0000] [INFO] one: begins\n"
        + "[2026-11-28 19:36:58 +0000] [STDOUT] stdout: a Word\n"
        + "[2026-11-28 19:36:59 +0000] [STDERR] stderr: trouble\n"
        + "\tat org.Word\n"
        + "[2026-11-28 19:37:00 +0000] [INFO] one: ends\n";

    [Theory]
    [InlineData("?tail=1", "[2026-11-28 19:37:00 +0000] [INFO] one: ends\n")]
    [InlineData("?tail=all", Log)]
    [InlineData("", Log)]
    [InlineData("?tail=0", "")]
    [InlineData("?grep=WORD&tail=1", "\tat org.Word\n")]
    [InlineData("?since=2026-11-28T19:37:00Z", "[2026-11-28 19:37:00 +0000] [INFO] one: ends\n")]
    [InlineData("?output=stderr", "[2026-11-28 19:36:59 +0000] [STDERR] stderr: trouble\n\tat org.Word\n")]
    [InlineData("?output=stdout", "[2026-11-28 19:36:58 +0000] [STDOUT] stdout: a Word\n")]
    public async Task The_log_of_an_instance_is_read_by_lines(string query, string lines)
    {
        await using var world = await WithLogAsync($"log-files/{Instance}.log.0", Log);

        using var answer = await world.Client.GetAsync(
            $"{ObservedTopology.Path}/containers/1/logs{query}{(query.Length == 0 ? '?' : '&')}instance={Instance}");

        Assert.Equal(("text/plain", lines), (answer.Content.Headers.ContentType!.MediaType, await answer.Content.ReadAsStringAsync()));
    }

    [Fact]
    public async Task The_executor_s_log_is_its_file_and_before_there_is_one_what_the_container_wrote()
    {
        await using var world = await WithLogAsync("stdout", "the start script\n");
        world.Scheduler.Contents[$"{(await world.IdentityAsync()).Id}/1/stderr"] = "curl: no\n";
        var path = ObservedTopology.Path + "/containers/1/logs";

        Assert.Equal("the start script\n", await world.Client.GetStringAsync(path));
        Assert.Equal("curl: no\n", await world.Client.GetStringAsync(path + "?output=stderr"));
        world.Scheduler.Contents[$"{(await world.IdentityAsync()).Id}/1/heron-executor-1.stdout"] = "the executor\n";
        Assert.Equal("the executor\n", await world.Client.GetStringAsync(path));
    }

    [Fact]
    public async Task A_log_that_neither_the_scheduler_nor_the_shell_reaches_is_said_to_be_away_and_not_empty()
    {
        await using var world = await ObservedTopology.StartAsync();
        world.Scheduler.Failures["files"] = new OutOfReachException("Nomad does not show it");

        using var answer = await world.Client.GetAsync(ObservedTopology.Path + "/containers/1/logs?tail=2");

        Assert.Equal(HttpStatusCode.ServiceUnavailable, answer.StatusCode);
        Assert.Contains("Nomad does not show it. The shell of container 1", await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_the_start_script_says_is_shown_where_neither_can_show_files_yet()
    {
        await using var world = await WithLogAsync("stdout", "the start script\n");
        world.Scheduler.Failures["files"] = new OutOfReachException("Nomad does not show it");

        Assert.Equal("the start script\n", await world.Client.GetStringAsync(ObservedTopology.Path + "/containers/1/logs?tail=2"));
    }

    [Fact]
    public async Task A_scheduler_that_hangs_keeps_nobody_from_what_the_shell_can_show()
    {
        await using var shell = RecordedShell.Start();
        await using var world = await ObservedTopology.StartAsync(shell: shell.Port);
        var never = new TaskCompletionSource();
        world.Scheduler.FilesGate = never.Task;

        var file = await world.Client.GetStringAsync(ObservedTopology.Path + "/containers/1/files/log-files/");
        Assert.Contains("container_1_count_3.log.0", file, StringComparison.Ordinal);
        await Poll.UntilAsync(() => world.Scheduler.FilesWaiting == 0, "the end of a question whose answer nobody needs");
        never.SetResult();
    }

    [Theory]
    [InlineData("logs?tail=2")]
    [InlineData("logs?tail=2&follow=true")]
    [InlineData("logs?tail=2&output=stderr")]
    [InlineData("logs?tail=2&output=stderr&follow=true")]
    [InlineData("logs?tail=2&instance=container_1_word_2")]
    [InlineData("files")]
    [InlineData("files/log-files/a.log")]
    public async Task A_scheduler_that_hangs_is_said_once_it_is_clear_that_nobody_else_can_show_it(string what)
    {
        await using var world = await WithLogAsync("stdout", "x\n");
        var never = new TaskCompletionSource();
        world.Scheduler.FilesGate = never.Task;

        using var answer = await world.Client.GetAsync($"{ObservedTopology.Path}/containers/1/{what}");

        Assert.Equal(HttpStatusCode.ServiceUnavailable, answer.StatusCode);
        Assert.Contains("The scheduler gave no answer within 1.8 s", await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        await Poll.UntilAsync(() => world.Scheduler.FilesWaiting == 0, "the end of a question that was given up");
        never.SetResult();
    }

    [Fact]
    public async Task Who_follows_an_output_gets_what_is_there_once()
    {
        await using var world = await WithLogAsync("stdout", "one\ntwo\nthree\n");

        // The scheduler of these tests ends an output that is followed.
        Assert.Equal("two\nthree\n", await world.Client.GetStringAsync(ObservedTopology.Path + "/containers/1/logs?tail=2&follow=true"));
        Assert.Equal("two\nthree\n", await world.Client.GetStringAsync(ObservedTopology.Path + "/containers/1/logs?tail=2&output=stdout&follow=true"));
    }

    [Fact]
    public async Task A_line_without_its_end_comes_once_it_has_one_to_those_who_follow()
    {
        await using var world = await WithLogAsync("stdout", "one\ntw");
        var key = $"{(await world.IdentityAsync()).Id}/1/stdout";
        world.Scheduler.OutputOpened = follow => world.Scheduler.Contents[key] = follow ? "one\ntw" : "one\ntwo\nthree\n";

        Assert.Equal("one\ntwo\nthree\n", await world.Client.GetStringAsync(ObservedTopology.Path + "/containers/1/logs?tail=2&output=stdout&follow=true"));
    }

    [Fact]
    public async Task No_line_of_a_long_output_is_lost_that_is_written_while_its_last_ones_are_read()
    {
        await using var world = await WithLogAsync("stdout", string.Concat(Enumerable.Repeat("a line\n", 700_000)));
        var key = $"{(await world.IdentityAsync()).Id}/1/stdout";
        var opened = 0;
        world.Scheduler.OutputOpened = _ => world.Scheduler.Contents[key] += $"later {++opened}\n";

        var lines = await world.Client.GetStringAsync(ObservedTopology.Path + "/containers/1/logs?tail=1&output=stdout&follow=true");

        Assert.Equal(["later 1", "later 2"], lines.Split('\n', StringSplitOptions.RemoveEmptyEntries).Distinct());
    }

    [Fact]
    public async Task A_shell_that_hangs_is_told_from_a_scheduler_that_does()
    {
        using var silent = new TcpListener(IPAddress.Loopback, 0);
        silent.Start();
        await using var world = await ObservedTopology.StartAsync(shell: ((IPEndPoint)silent.LocalEndpoint).Port);
        world.Scheduler.Failures["files"] = new OutOfReachException("Nomad does not show it");

        using var answer = await world.Client.GetAsync(ObservedTopology.Path + "/containers/1/files");

        Assert.Equal(HttpStatusCode.ServiceUnavailable, answer.StatusCode);
        var words = await answer.Content.ReadAsStringAsync();
        Assert.Contains("The shell of container 1", words, StringComparison.Ordinal);
        Assert.DoesNotContain("The scheduler gave no answer", words, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("1/logs?tail=many", HttpStatusCode.BadRequest)]
    [InlineData("1/logs?lines=5", HttpStatusCode.BadRequest)]
    [InlineData("1/logs?since=9223372036854775807", HttpStatusCode.BadRequest)]
    [InlineData("1/logs?output=both", HttpStatusCode.BadRequest)]
    [InlineData("1/logs?instance=../../etc/passwd", HttpStatusCode.BadRequest)]
    [InlineData("1/logs?instance=..", HttpStatusCode.NotFound)]
    [InlineData("1/logs?instance=container_1_nothing_9", HttpStatusCode.NotFound)]
    [InlineData("one/logs", HttpStatusCode.NotFound)]
    public async Task What_cannot_be_is_refused_before_anything_is_answered(string rest, HttpStatusCode status)
    {
        await using var world = await WithLogAsync("stdout", "x\n");

        using var answer = await world.Client.GetAsync($"{ObservedTopology.Path}/containers/{rest}");

        Assert.Equal(status, answer.StatusCode);
        Assert.Contains("message", await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Who_follows_gets_what_is_written_later_and_goes_on_behind_it_at_the_next_server()
    {
        var folder = Directory.CreateTempSubdirectory("follow-").FullName;
        var scheduler = new FakeScheduler();
        var key = "";
        string? last;
        await using (var server = await TestServer.StartAsync(folder: folder, scheduler: scheduler))
        {
            var topology = await server.SubmitAsync();
            key = $"{topology.Id}/1/heron-executor-1.stdout";
            scheduler.Contents[key] = "one\ntwo\nthr";
            using var stream = await FollowedStream.OpenAsync(server.Client, PathOf(topology), last: null);
            Assert.Equal(["one", "two"], [(await stream.NextAsync()).Data, (await stream.NextAsync()).Data]);
            scheduler.Contents[key] = "one\ntwo\nthree\n";
            var three = await stream.NextAsync();
            Assert.Equal("three", three.Data);
            last = three.Id;
        }

        scheduler.Contents[key] = "one\ntwo\nthree\nfour <b>\n";
        await using (var next = await TestServer.StartAsync(folder: folder, scheduler: scheduler))
        {
            using var stream = await FollowedStream.OpenAsync(next.Client, PathOf(await next.SubmittedAsync()), last);
            Assert.Equal("four <b>", (await stream.NextAsync()).Data);
            scheduler.Contents[key] = "anew\n";
            Assert.Equal("anew", (await stream.NextAsync()).Data);
        }

        Scratch.Delete(folder);
    }

    private static string PathOf(TopologyIdentity topology) =>
        $"/api/v1/topologies/{topology.Cluster}/{topology.Role}/{topology.Environment}/{topology.Name}/containers/1/logs?follow";

    private static async Task<ObservedTopology> WithLogAsync(string file, string content)
    {
        var world = await ObservedTopology.StartAsync();
        world.Scheduler.Contents[$"{(await world.IdentityAsync()).Id}/1/{file}"] = content;
        return world;
    }
}
