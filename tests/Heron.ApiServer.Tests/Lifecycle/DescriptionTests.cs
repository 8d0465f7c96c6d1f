// SPDX-License-Identifier: Apache-2.0
using System.Text.Json;
using Heron.ApiServer.Tests.Support;
using Heron.Testing;

namespace Heron.ApiServer.Tests.Lifecycle;

public sealed class DescriptionTests
{
    [Fact]
    public async Task Topologies_are_listed_and_filtered_by_place()
    {
        await using var server = await TestServer.StartAsync();
        await SubmitAsync(server, "exclamation", "devel");
        await SubmitAsync(server, "acking", "");

        Assert.Equal(["acking", "exclamation"], await NamesAsync(server, ""));
        Assert.Equal(["exclamation"], await NamesAsync(server, "?cluster=nomad&role=ads&environment=devel"));
        Assert.Equal(["acking"], await NamesAsync(server, "?environment="));
        Assert.Empty(await NamesAsync(server, "?role=nobody"));
    }

    [Fact]
    public async Task A_topology_is_described_with_its_containers_and_where_it_is()
    {
        await using var server = await TestServer.StartAsync();
        await SubmitAsync(server, "exclamation", "devel");

        var topology = await GetAsync(server, "/nomad/ads/devel/exclamation");

        Assert.Equal("exclamation5978c057-0b26-4359-ae81-c288931fd1c7", topology.GetProperty("id").GetString());
        Assert.Equal("alice", topology.GetProperty("user").GetString());
        Assert.Equal("STARTING", topology.GetProperty("state").GetString());
        Assert.False(topology.TryGetProperty("manager", out _));
        Assert.False(topology.TryGetProperty("busy", out _));
        var containers = topology.GetProperty("containers").EnumerateArray().ToList();
        Assert.Equal([0, 1, 2], containers.Select(c => c.GetProperty("id").GetInt32()));
        Assert.Equal(6, containers.Sum(c => c.GetProperty("instances").GetArrayLength()));
        Assert.True(containers[1].GetProperty("required").GetProperty("ram").GetInt64() > 0);
    }

    [Theory]
    [InlineData("version")]
    [InlineData("topologies")]
    [InlineData("topologies/nomad/ads/devel/exclamation")]
    public async Task What_can_be_read_can_be_asked_for_with_HEAD(string path)
    {
        await using var server = await TestServer.StartAsync();
        await SubmitAsync(server, "exclamation", "devel");

        using var head = await server.Client.SendAsync(new HttpRequestMessage(HttpMethod.Head, "/api/v1/" + path));

        Assert.Equal((200, "application/json"), ((int)head.StatusCode, head.Content.Headers.ContentType?.MediaType));
        Assert.Empty(await head.Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task An_unknown_topology_is_404_and_another_place_is_409()
    {
        await using var server = await TestServer.StartAsync();
        await SubmitAsync(server, "exclamation", "devel");

        Assert.Equal(404, (int)(await server.Client.GetAsync("/api/v1/topologies/nomad/ads/devel/nothing")).StatusCode);
        Assert.Equal(409, (int)(await server.Client.GetAsync("/api/v1/topologies/nomad/ads/prod/exclamation")).StatusCode);
    }

    [Theory]
    [InlineData("topologies")]
    [InlineData("executionstate")]
    [InlineData("packingplans")]
    public async Task One_damaged_node_is_marked_and_told_and_the_topology_is_killed_by_name(string directory)
    {
        await using var server = await TestServer.StartAsync();
        await SubmitAsync(server, "exclamation", "devel");
        await SubmitAsync(server, "acking", "");
        await File.WriteAllBytesAsync(Path.Join(server.StateFolder, directory, "exclamation"), [0xff, 0xfe]);
        await server.State.View.CatchUpAsync("exclamation", TestContext.Current.CancellationToken);

        List<JsonElement> list = [];
        await Poll.UntilAsync(
            async () =>
            {
                list = [.. (await GetAsync(server, "")).GetProperty("topologies").EnumerateArray()];
                return list[1].GetProperty("state").GetString() == "DAMAGED";
            },
            () => "the damage does not show");
        Assert.Equal(["acking", "exclamation"], list.Select(t => t.GetProperty("name").GetString()));
        Assert.Equal("STARTING", list[0].GetProperty("state").GetString());
        Assert.False(list[0].TryGetProperty("damage", out _));
        var told = await GetAsync(server, "/nomad/ads/devel/exclamation");
        Assert.Equal("DAMAGED", told.GetProperty("state").GetString());
        Assert.StartsWith($"{directory}/exclamation ", Assert.Single(told.GetProperty("damage").EnumerateArray()).GetString());
        Assert.Equal("exclamation5978c057-0b26-4359-ae81-c288931fd1c7", told.GetProperty("id").GetString());

        using var killed = await server.Client.DeleteAsync("/api/v1/topologies/nomad/ads/devel/exclamation");

        Assert.Equal(200, (int)killed.StatusCode);
        Assert.Equal(["acking"], await NamesAsync(server, ""));
        Assert.Empty(Directory.EnumerateFileSystemEntries(server.StateFolder, "exclamation", SearchOption.AllDirectories));
        Assert.Contains(server.Scheduler.Calls, call => call.StartsWith("kill") && call.Contains("exclamation5978c057"));
    }

    [Fact]
    public async Task An_operation_on_a_damaged_topology_is_refused_with_what_is_damaged()
    {
        await using var server = await TestServer.StartAsync();
        await SubmitAsync(server, "exclamation", "devel");
        await File.WriteAllBytesAsync(Path.Join(server.StateFolder, "executionstate", "exclamation"), [0xff, 0xfe]);

        using var refused = await server.Client.PostAsync("/api/v1/topologies/nomad/ads/devel/exclamation/restart", null);

        Assert.Equal(409, (int)refused.StatusCode);
        var message = await refused.Content.ReadAsStringAsync();
        Assert.Contains("executionstate/exclamation", message);
        Assert.Contains("kill it", message);
    }

    [Fact]
    public async Task A_topology_of_which_nothing_can_be_read_goes_by_name_and_nothing_else_with_it()
    {
        await using var server = await TestServer.StartAsync();
        await SubmitAsync(server, "exclamation", "devel");
        await SubmitAsync(server, "acking", "");
        foreach (var directory in new[] { "topologies", "executionstate", "packingplans" })
        {
            await File.WriteAllBytesAsync(Path.Join(server.StateFolder, directory, "exclamation"), [0xff]);
        }

        using var killed = await server.Client.DeleteAsync("/api/v1/topologies/nomad/ads/devel/exclamation");

        Assert.Equal(200, (int)killed.StatusCode);
        Assert.Equal(["acking"], await NamesAsync(server, ""));
        Assert.Equal(["kill exclamation5978c057-0b26-4359-ae81-c288931fd1c7"], server.Scheduler.Calls.Where(c => c.StartsWith("kill")));
    }

    [Fact]
    public async Task A_topology_that_the_state_has_lost_is_killed_by_what_the_scheduler_has()
    {
        await using var server = await TestServer.StartAsync();
        await SubmitAsync(server, "exclamation", "devel");
        await SubmitAsync(server, "acking", "");
        foreach (var file in Directory.EnumerateFiles(server.StateFolder, "exclamation", SearchOption.AllDirectories))
        {
            File.Delete(file);
        }

        using var elsewhere = await server.Client.DeleteAsync("/api/v1/topologies/nomad/ads/prod/exclamation");
        using var killed = await server.Client.DeleteAsync("/api/v1/topologies/nomad/ads/devel/exclamation");
        using var again = await server.Client.DeleteAsync("/api/v1/topologies/nomad/ads/devel/exclamation");

        Assert.Equal((404, 200, 404), ((int)elsewhere.StatusCode, (int)killed.StatusCode, (int)again.StatusCode));
        Assert.Equal(["kill exclamation5978c057-0b26-4359-ae81-c288931fd1c7"], server.Scheduler.Calls.Where(c => c.StartsWith("kill")));
        Assert.DoesNotContain(server.Scheduler.Running.Values, d => d.Identity.Name == "exclamation");
    }

    [Fact]
    public async Task A_list_comes_in_pages_that_go_on_where_the_last_one_ended()
    {
        await using var server = await TestServer.StartAsync();
        await RegisterAsync(server, "a", "b", "c", "d", "e");

        foreach (var sort in new[] { "name", "-name", "submitted", "-submitted", "role" })
        {
            List<string?> seen = [];
            var next = "";
            for (var pages = 0; next is not null; pages++)
            {
                Assert.InRange(pages, 0, 2);
                var page = await GetAsync(server, $"?limit=2&sort={sort}&after={next}");
                Assert.Equal(5, page.GetProperty("total").GetInt32());
                seen.AddRange(page.GetProperty("topologies").EnumerateArray().Select(t => t.GetProperty("name").GetString()));
                next = page.TryGetProperty("next", out var more) ? more.GetString() : null;
            }

            Assert.Equal(sort.StartsWith('-') ? ["e", "d", "c", "b", "a"] : ["a", "b", "c", "d", "e"], seen);
        }
    }

    [Fact]
    public async Task A_page_goes_on_although_the_topology_that_it_ended_with_is_gone()
    {
        await using var server = await TestServer.StartAsync();
        await RegisterAsync(server, "a", "b", "c");
        var next = (await GetAsync(server, "?limit=2")).GetProperty("next").GetString();
        await server.State.UnregisterTopologyAsync("b", null, TestContext.Current.CancellationToken);
        await server.State.View.CatchUpAsync("b", TestContext.Current.CancellationToken);

        Assert.Equal(["c"], await NamesAsync(server, $"?limit=2&after={next}"));
    }

    [Theory]
    [InlineData("?name=excl*", "exclamation")]
    [InlineData("?name=*A*", "acking exclamation")]
    [InlineData("?name=excl", "")]
    [InlineData("?state=starting", "acking exclamation")]
    [InlineData("?state=RUNNING,paused", "")]
    [InlineData("?role=ads&environment=devel&state=STARTING", "exclamation")]
    public async Task A_list_is_filtered_by_name_state_and_place(string query, string names)
    {
        await using var server = await TestServer.StartAsync();
        await SubmitAsync(server, "exclamation", "devel");
        await SubmitAsync(server, "acking", "");

        Assert.Equal(names, string.Join(' ', await NamesAsync(server, query)));
    }

    [Theory]
    [InlineData("?colour=red", "cluster, role, environment, name, state, sort, limit, after")]
    [InlineData("?Role=ads", "there are")]
    [InlineData("?role=a&role=b", "2 times")]
    [InlineData("?limit=0", "1 to 1000")]
    [InlineData("?limit=1001", "1 to 1000")]
    [InlineData("?limit=ten", "1 to 1000")]
    [InlineData("?sort=size", "submitted")]
    [InlineData("?sort=0", "submitted")]
    [InlineData("?state=happy", "RUNNING")]
    [InlineData("?after=zzz", "after")]
    [InlineData("/nomad/ads/devel/exclamation?verbose=1", "none here")]
    public async Task A_query_that_cannot_be_is_refused_with_what_there_is(string query, string told)
    {
        await using var server = await TestServer.StartAsync();

        using var answer = await server.Client.GetAsync("/api/v1/topologies" + query);

        Assert.Equal(400, (int)answer.StatusCode);
        Assert.Contains(told, JsonDocument.Parse(await answer.Content.ReadAsStringAsync()).RootElement.GetProperty("message").GetString());
    }

    [Theory]
    [InlineData("")]
    [InlineData("/nomad/ads/devel/exclamation")]
    public async Task What_has_not_changed_is_answered_with_304(string path)
    {
        await using var server = await TestServer.StartAsync();
        await SubmitAsync(server, "exclamation", "devel");
        System.Net.Http.Headers.EntityTagHeaderValue? tag = null;

        // What a new topology's containers do changes its description for a while.
        await Poll.UntilAsync(
            async () =>
            {
                using var first = await server.Client.GetAsync("/api/v1/topologies" + path);
                tag = first.Headers.ETag;
                return tag is not null && await AskAgainAsync() == 304;
            },
            () => "an answer that has not changed is not 304");
        await server.State.SetPackingPlanAsync(
            "exclamation",
            new Core.Protobuf.PackingPlan { Id = "exclamation5978c057-0b26-4359-ae81-c288931fd1c7" },
            TestContext.Current.CancellationToken);
        await server.State.UnregisterTopologyAsync("exclamation", null, TestContext.Current.CancellationToken);
        await server.State.View.CatchUpAsync("exclamation", TestContext.Current.CancellationToken);
        Assert.Equal(path.Length == 0 ? 200 : 404, await AskAgainAsync());

        async Task<int> AskAgainAsync()
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, "/api/v1/topologies" + path);
            request.Headers.IfNoneMatch.Add(tag!);
            using var answer = await server.Client.SendAsync(request);
            return (int)answer.StatusCode;
        }
    }

    private static async Task RegisterAsync(TestServer server, params string[] names)
    {
        var time = 0;
        foreach (var name in names)
        {
            var registration = Heron.Testing.State.Samples.Registration(name);
            registration.ExecutionState.SubmissionTime = ++time;
            await server.State.RegisterTopologyAsync(registration, TestContext.Current.CancellationToken);
            await server.State.View.CatchUpAsync(name, TestContext.Current.CancellationToken);
        }
    }

    private static async Task SubmitAsync(TestServer server, string name, string environment)
    {
        var fields = Forms.Fields(name);
        fields["environment"] = environment;
        using var content = new ByteArrayContent(Forms.Submission(fields, Forms.Definition(name), name + ".defn"));
        content.Headers.TryAddWithoutValidation("Content-Type", Forms.ContentType);
        using var answer = await server.Client.PostAsync("/api/v1/topologies", content);
        Assert.True((int)answer.StatusCode == 201, await answer.Content.ReadAsStringAsync());
    }

    private static async Task<IReadOnlyList<string?>> NamesAsync(TestServer server, string query) =>
        [.. (await GetAsync(server, query)).GetProperty("topologies").EnumerateArray().Select(t => t.GetProperty("name").GetString())];

    private static async Task<JsonElement> GetAsync(TestServer server, string path) =>
        JsonDocument.Parse(await server.Client.GetStringAsync("/api/v1/topologies" + path)).RootElement;
}
