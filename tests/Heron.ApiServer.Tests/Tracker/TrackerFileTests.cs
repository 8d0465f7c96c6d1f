// SPDX-License-Identifier: Apache-2.0
using System.Net;
using System.Text.Json.Nodes;
using Heron.ApiServer.Tests.Observe;
using Heron.Core.Scheduling;
using Heron.Testing.Daemons;

namespace Heron.ApiServer.Tests.Tracker;

/// <summary>What the pages of heron-ui ask when somebody looks at the files of a container.</summary>
public sealed class TrackerFileTests
{
    private const string Container = "?cluster=nomad&environ=dev&topology=WordCount&container=1&path=";

    [Theory]
    [InlineData("/tracker/topologies/container/filedata")]
    [InlineData("/tracker/0.17/topologies/containerfiledata")]
    public async Task Minus_one_and_minus_one_ask_for_the_size_and_minus_one_as_length_for_all_the_rest(string route)
    {
        // The first of these the real shell was asked, too.
        await using var shell = new ScriptedDaemon(request => request.Target switch
        {
            "/filedata/log-files/container_1_count_3.log.0?offset=-1&length=0" => ScriptedDaemon.Text(200, """{"offset": 15765, "length": 0}"""),
            "/filedata/heron-executor-1.pid?offset=1&length=1048576" => ScriptedDaemon.Text(200, """{"offset": 1, "length": 4, "data": "7567"}"""),
            _ => ScriptedDaemon.Text(404, ""),
        });
        await using var world = await ObservedTopology.StartAsync(shell: shell.Port);

        var size = await AskAsync(world, route + Container + "log-files/container_1_count_3.log.0&offset=-1&length=-1");
        Assert.Equal("""{"offset":15765,"length":0}""", size.ToJsonString());

        Assert.Equal("7567", (string?)(await AskAsync(world, route + Container + "heron-executor-1.pid&offset=1&length=-1"))["data"]);
    }

    [Theory]
    [InlineData("/tracker/topologies/container/file")]
    [InlineData("/tracker/0.17/topologies/containerfile")]
    public async Task Where_no_shell_answers_files_are_listed_read_and_downloaded_as_the_scheduler_reaches_them(string route)
    {
        await using var world = await ObservedTopology.StartAsync();
        world.Scheduler.Contents[$"{(await world.IdentityAsync()).Id}/1/log-files/a b.log"] = "<01234>";

        var root = await AskAsync(world, route + "stats" + Container + ".");
        Assert.Equal((true, "log-files"), ((bool?)root["log-files"]!["is_dir"], (string?)root["log-files"]!["path"]));
        Assert.Null(root[".."]);
        var folder = await AskAsync(world, route + "stats" + Container + "./log-files");
        Assert.Equal((true, "."), ((bool?)folder[".."]!["is_dir"], (string?)folder[".."]!["path"]));
        var file = folder["a b.log"]!;
        Assert.Equal((false, "log-files%2Fa%20b.log"), ((bool?)file["is_dir"], (string?)file["path"]));
        Assert.Matches("^-rw-r--r-- +7 Jan 01 00:00$", (string?)file["formatted_stat"]);

        const string Log = Container + "./log-files/a%20b.log";
        Assert.Equal("""{"offset":7,"length":0}""", (await AskAsync(world, route + "data" + Log + "&offset=-1&length=-1")).ToJsonString());
        Assert.Equal("1234&gt;", (string?)(await AskAsync(world, route + "data" + Log + "&offset=2&length=50000"))["data"]);
        Assert.Equal("0", (string?)(await AskAsync(world, route + "data" + Log + "&offset=1&length=1"))["data"]);
        Assert.Equal("""{"offset":7,"length":0}""", (await AskAsync(world, route + "data" + Log + "&offset=7&length=50000")).ToJsonString());
        using var whole = await world.Client.GetAsync(route + "download" + Log);
        Assert.Equal((HttpStatusCode.OK, "<01234>"), (whole.StatusCode, await whole.Content.ReadAsStringAsync()));

        foreach (var none in (string[])["&offset=0&length=-5", "&offset=-7&length=5"])
        {
            using var refused = await world.Client.GetAsync(route + "data" + Log + none);
            Assert.Contains("offset must be -1 (for the size) or more, length 0 or more", await refused.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        }

        using var nothing = await world.Client.GetAsync(route + "data" + Container + "nothing&offset=0&length=5");
        Assert.Contains("container 1 has nothing at 'nothing'", await nothing.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Where_nothing_reaches_the_container_the_shell_s_absence_is_told()
    {
        await using var world = await ObservedTopology.StartAsync();
        world.Scheduler.Failures["files"] = new OutOfReachException("Nomad does not show it");

        using var answer = await world.Client.GetAsync("/tracker/topologies/container/filestats" + Container + ".");

        Assert.Equal(HttpStatusCode.InternalServerError, answer.StatusCode);
        Assert.Contains("The shell of container 1 of WordCount is away", await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    /// <summary>The result, which the earlier tracker has in an envelope.</summary>
    private static async Task<JsonNode> AskAsync(ObservedTopology world, string target)
    {
        using var response = await world.Client.GetAsync(target);
        var text = await response.Content.ReadAsStringAsync();
        Assert.True(response.IsSuccessStatusCode, text);
        var answer = JsonNode.Parse(text)!;
        return answer["result"] ?? answer;
    }
}
