// SPDX-License-Identifier: Apache-2.0
using System.Net;
using System.Net.Http.Headers;
using System.Text.Json.Nodes;
using Heron.Core.Scheduling;

namespace Heron.ApiServer.Tests.Observe;

public sealed class ContainerFileTests
{
    private const string Files = ObservedTopology.Path + "/containers/1/files";

    [Fact]
    public async Task A_container_s_folder_is_listed_and_its_files_are_downloaded_whole_or_in_part()
    {
        await using var world = await ObservedTopology.StartAsync();
        var id = (await world.IdentityAsync()).Id;
        world.Scheduler.Contents[$"{id}/1/log-files/a b.log"] = "0123456789";

        var root = JsonNode.Parse(await world.Client.GetStringAsync(Files))!;
        var entry = Assert.Single(root["entries"]!.AsArray())!;
        Assert.Equal(("log-files", "folder", "drwxr-xr-x", DateTimeOffset.UnixEpoch), (
            entry["name"]!.GetValue<string>(), entry["type"]!.GetValue<string>(), entry["mode"]!.GetValue<string>(),
            entry["modified"]!.GetValue<DateTimeOffset>()));
        Assert.Null(entry["size"]);
        foreach (var folder in new[] { "/log-files", "/log-files/" })
        {
            var listing = JsonNode.Parse(await world.Client.GetStringAsync(Files + folder))!;
            Assert.Equal(("log-files", "a b.log", 10), (
                listing["path"]!.GetValue<string>(), listing["entries"]![0]!["name"]!.GetValue<string>(), listing["entries"]![0]!["size"]!.GetValue<int>()));
        }

        using var whole = await world.Client.GetAsync(Files + "/log-files/a%20b.log");
        Assert.Equal(("0123456789", 10L), (await whole.Content.ReadAsStringAsync(), whole.Content.Headers.ContentLength));
        Assert.Equal("attachment", whole.Content.Headers.ContentDisposition!.DispositionType);
        Assert.Equal("nosniff", whole.Headers.GetValues("X-Content-Type-Options").Single());
        using var part = await AskAsync(world, "/log-files/a%20b.log", new RangeHeaderValue(3, 5));
        Assert.Equal((HttpStatusCode.PartialContent, "345", "bytes 3-5/10"), (
            part.StatusCode, await part.Content.ReadAsStringAsync(), part.Content.Headers.ContentRange!.ToString()));
        using var last = await AskAsync(world, "/log-files/a%20b.log", new RangeHeaderValue(null, 2));
        Assert.Equal("89", await last.Content.ReadAsStringAsync());
        using var none = await AskAsync(world, "/log-files/a%20b.log", new RangeHeaderValue(10, 20));
        Assert.Equal(HttpStatusCode.RequestedRangeNotSatisfiable, none.StatusCode);
    }

    [Theory]
    [InlineData("/nothing", HttpStatusCode.NotFound)]
    [InlineData("/log-files/a\0b", HttpStatusCode.BadRequest)]
    [InlineData("/a/..%2f..%2f..%2fetc/passwd", HttpStatusCode.NotFound)]
    [InlineData("?path=etc", HttpStatusCode.BadRequest)]
    public async Task What_is_not_there_or_leads_out_is_refused(string rest, HttpStatusCode status)
    {
        await using var world = await ObservedTopology.StartAsync();
        world.Scheduler.Contents[$"{(await world.IdentityAsync()).Id}/1/log-files/x"] = "x";

        using var answer = await world.Client.GetAsync(Files + rest.Replace("\0", "%00", StringComparison.Ordinal));

        Assert.Equal(status, answer.StatusCode);
    }

    [Fact]
    public async Task Where_the_scheduler_does_not_reach_the_container_s_shell_does()
    {
        await using var shell = RecordedShell.Start();
        await using var world = await ObservedTopology.StartAsync(shell: shell.Port);
        world.Scheduler.Failures["files"] = new OutOfReachException("Nomad does not show it");

        var listing = JsonNode.Parse(await world.Client.GetStringAsync(Files + "/log-files/"))!;
        var log = listing["entries"]!.AsArray().Single(e => e!["name"]!.GetValue<string>() == "container_1_count_3.log.0")!;
        Assert.Equal(("file", 15765), (log["type"]!.GetValue<string>(), log["size"]!.GetValue<int>()));
        using var part = await AskAsync(world, "/log-files/container_1_count_3.log.0", new RangeHeaderValue(500, 799));
        Assert.Equal(300, (await part.Content.ReadAsByteArrayAsync()).Length);
        Assert.Equal("bytes 500-799/15765", part.Content.Headers.ContentRange!.ToString());
    }

    [Fact]
    public async Task Container_0_is_reached_through_its_shell_at_the_port_that_the_scheduler_gave_it()
    {
        await using var shell = RecordedShell.Start();
        await using var world = await ObservedTopology.StartAsync();
        world.Scheduler.Status = (_, id) => new ContainerStatus
        {
            Container = id,
            State = ContainerState.Running,
            Node = "node-a",
            Addresses = ["127.0.0.1"],
            Ports = new Dictionary<string, int> { [ExecutorPort.ShellLabel] = shell.Port },
        };
        world.Scheduler.Start(await world.IdentityAsync(), [0, 1, 2]);
        world.Scheduler.Failures["files"] = new OutOfReachException("Nomad does not show it");

        var listing = JsonNode.Parse(await world.Client.GetStringAsync(ObservedTopology.Path + "/containers/0/files/"))!;

        Assert.Contains("heron-executor-1.pid", listing["entries"]!.AsArray().Select(e => e!["name"]!.GetValue<string>()));
    }

    private static Task<HttpResponseMessage> AskAsync(ObservedTopology world, string path, RangeHeaderValue range)
    {
        var request = new HttpRequestMessage(HttpMethod.Get, Files + path) { Headers = { Range = range } };
        return world.Client.SendAsync(request);
    }
}
