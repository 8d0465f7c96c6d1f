// SPDX-License-Identifier: Apache-2.0
using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Heron.ApiServer.Tests.Support;
using Heron.Core.Topologies;
using Heron.Operations.Running;
using Heron.Testing;
using Heron.Testing.Scheduling;
using Heron.Testing.State;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace Heron.ApiServer.Tests.Lifecycle;

/// <summary>Containers run, and the state has lost some or all of what it knew of their topology.</summary>
public sealed class LostTopologyTests : IDisposable
{
    private const string Path = "/api/v1/topologies/nomad/ads/devel/exclamation";
    private const string Id = "exclamation5978c057-0b26-4359-ae81-c288931fd1c7";

    private static readonly TopologyIdentity Forgotten = new("nomad", "ads", "devel", "exclamation", "exclamation-forgotten");
    private static readonly string[] Nodes = ["topologies", "executionstate", "packingplans", "schedulers"];

    private readonly string _folder = Directory.CreateTempSubdirectory("heron-lost-").FullName;

    public void Dispose() => Scratch.Delete(_folder);

    [Fact]
    public async Task A_kill_ends_all_whichever_of_the_nodes_are_gone()
    {
        await using var server = await TestServer.StartAsync();
        for (var gone = 1; gone < 1 << Nodes.Length; gone++)
        {
            Assert.Equal(HttpStatusCode.Created, (await SubmitAsync(server)).StatusCode);
            Forget(server, Nodes.Where((_, i) => (gone & (1 << i)) != 0));

            using var killed = await server.Client.DeleteAsync(Path);

            var which = string.Join(", ", Nodes.Where((_, i) => (gone & (1 << i)) != 0));
            Assert.True(killed.StatusCode == HttpStatusCode.OK, $"without {which}: {await killed.Content.ReadAsStringAsync()}");
            Assert.True(server.Scheduler.Running.Count == 0, $"without {which} containers run on");
            Assert.True(server.StoredFiles().Count == 0, $"without {which} the package stays");
            Assert.Empty(Directory.EnumerateFileSystemEntries(server.StateFolder, "exclamation", SearchOption.AllDirectories));
            Assert.Equal(HttpStatusCode.NotFound, (await server.Client.DeleteAsync(Path)).StatusCode);
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_kill_ends_every_topology_of_the_name_that_the_scheduler_has_at_that_place_and_no_other(bool isRegistered)
    {
        await using var server = await TestServer.StartAsync();
        await SubmitAsync(server);
        if (!isRegistered)
        {
            Forget(server, Nodes);
        }

        var forgotten = new TopologyIdentity("nomad", "ads", "devel", "exclamation", "exclamation-forgotten");
        var elsewhere = forgotten with { Role = "others", Id = "exclamation-others" };
        var other = forgotten with { Name = "acking", Id = "acking-1" };
        foreach (var topology in new[] { forgotten, elsewhere, other })
        {
            server.Scheduler.Start(topology, [0, 1]);
        }

        Assert.Equal(HttpStatusCode.OK, (await server.Client.DeleteAsync(Path)).StatusCode);

        Assert.Equal(["acking-1", "exclamation-others"], (await server.Scheduler.ListAsync(default)).Select(t => t.Id));
        Assert.Empty(server.StoredFiles());
        Assert.Empty(await server.State.ListTopologiesAsync(default));
    }

    [Fact]
    public async Task A_kill_that_cannot_end_forgotten_containers_leaves_the_topology_registered_and_can_be_repeated()
    {
        await using var server = await TestServer.StartAsync();
        await SubmitAsync(server);
        server.Scheduler.Start(new TopologyIdentity("nomad", "ads", "devel", "exclamation", "exclamation-forgotten"), [0, 1]);
        server.Scheduler.OnKill = topology => topology.Id == Id ? Task.CompletedTask : throw FakeScheduler.Refusal;

        Assert.Equal(HttpStatusCode.BadGateway, (await server.Client.DeleteAsync(Path)).StatusCode);
        Assert.True(await server.State.IsTopologyRunningAsync("exclamation", default));

        server.Scheduler.OnKill = null;
        Assert.Equal(HttpStatusCode.OK, (await server.Client.DeleteAsync(Path)).StatusCode);
        Assert.Empty(await server.Scheduler.ListAsync(default));
    }

    [Fact]
    public async Task A_submission_beside_live_containers_of_its_name_is_refused_with_which_and_how_to_end_them()
    {
        await using var server = await TestServer.StartAsync();
        await SubmitAsync(server);
        Forget(server, Nodes);

        using var refused = await SubmitAsync(server);

        Assert.Equal(HttpStatusCode.Conflict, refused.StatusCode);
        var message = (await refused.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("message").GetString();
        Assert.Equal(
            "Topology 'exclamation' already exists: the state knows nothing of it, but its containers run (containers 0, 1, 2 of "
            + $"{Id}). Kill it first (DELETE {Path}, or heron kill nomad/ads/devel exclamation), or submit it with "
            + "heron.submission.remove.left.containers=true, which removes them",
            message);
        Assert.Empty(await server.State.ListTopologiesAsync(default));
        Assert.DoesNotContain(server.Scheduler.Calls, call => call.StartsWith("kill", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_submission_that_asks_for_it_removes_live_containers_of_its_name_first()
    {
        await using var server = await TestServer.StartAsync();
        await SubmitAsync(server);
        Forget(server, Nodes);
        var fields = Forms.Fields();
        fields["heron.submission.remove.left.containers"] = "true";

        using var created = await SubmitAsync(server, fields);

        Assert.Equal(HttpStatusCode.Created, created.StatusCode);
        var warning = (await created.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("warnings")[0].GetString();
        Assert.Equal($"containers of {Id} ran, of which the state knew nothing; they were removed first", warning);
        Assert.Equal([$"schedule {Id}", $"kill {Id}", $"schedule {Id}"], server.Scheduler.Calls);
        Assert.Single(server.StoredFiles(), f => f[0] != '.');
        Assert.Equal(HttpStatusCode.OK, (await server.Client.DeleteAsync(Path)).StatusCode);
        Assert.Empty(server.StoredFiles());
    }

    [Fact]
    public async Task Containers_that_no_state_knows_are_listed_and_described_as_lost_until_they_are_killed()
    {
        await using var server = await TestServer.StartAsync();
        await SubmitAsync(server);
        server.Scheduler.Start(Forgotten, [0, 1]);
        server.Scheduler.Start(Forgotten with { Name = "acking", Id = "acking-1" }, [0, 1]);

        var listed = await ListUntilAsync(server, "", ["acking LOST", "exclamation STARTING", "exclamation LOST"]);
        Assert.Equal("acking-1", listed[0].GetProperty("id").GetString());
        await ListUntilAsync(server, "?state=lost&role=ads&name=ack*", ["acking LOST"]);
        await ListUntilAsync(server, "?role=nobody", []);
        var described = await server.Client.GetFromJsonAsync<JsonElement>("/api/v1/topologies/nomad/ads/devel/acking");
        Assert.Equal("LOST", described.GetProperty("state").GetString());
        Assert.Equal("acking-1", described.GetProperty("id").GetString());
        Assert.Equal([0, 1], described.GetProperty("lost")[0].GetProperty("containers").EnumerateArray().Select(c => c.GetInt32()));
        var registered = await server.Client.GetFromJsonAsync<JsonElement>(Path);
        Assert.Equal("exclamation-forgotten", Assert.Single(registered.GetProperty("lost").EnumerateArray()).GetProperty("id").GetString());

        Assert.Equal(HttpStatusCode.OK, (await server.Client.DeleteAsync("/api/v1/topologies/nomad/ads/devel/acking")).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await server.Client.DeleteAsync(Path)).StatusCode);
        await ListUntilAsync(server, "", []);
        Assert.Equal(HttpStatusCode.NotFound, (await server.Client.GetAsync("/api/v1/topologies/nomad/ads/devel/acking")).StatusCode);
    }

    [Fact]
    public async Task Lost_topologies_come_page_by_page_too()
    {
        await using var server = await TestServer.StartAsync();
        var lost = new TopologyIdentity("nomad", "ads", "devel", "words", "words-1");
        server.Scheduler.Start(lost, [0]);
        server.Scheduler.Start(lost with { Id = "words-2" }, [0]);
        await ListUntilAsync(server, "", ["words LOST", "words LOST"]);
        var first = await server.Client.GetFromJsonAsync<JsonElement>("/api/v1/topologies?limit=1");
        var second = await server.Client.GetFromJsonAsync<JsonElement>("/api/v1/topologies?limit=1&after=" + first.GetProperty("next").GetString());
        Assert.Equal("words-1", first.GetProperty("topologies")[0].GetProperty("id").GetString());
        Assert.Equal("words-2", second.GetProperty("topologies")[0].GetProperty("id").GetString());
    }

    [Fact]
    public async Task However_often_somebody_lists_the_scheduler_is_asked_for_lost_topologies_once_in_five_seconds()
    {
        var time = new FakeTimeProvider();
        var scheduler = new FakeScheduler();
        await using var state = LocalFolderStore.StateIn(_folder);
        await state.StartAsync(TestContext.Current.CancellationToken);
        var lost = new LostTopologies(new LostTopologyFinder(state, scheduler), state, time, NullLogger<LostTopologies>.Instance);
        var token = TestContext.Current.CancellationToken;

        Assert.Empty(await lost.ListAsync(token));
        scheduler.Start(Forgotten, [0, 1]);
        time.Advance(TimeSpan.FromSeconds(4.9));
        for (var i = 0; i < 20; i++)
        {
            Assert.Empty(await lost.ListAsync(token));
        }

        Assert.Equal(1, scheduler.Listings);
        time.Advance(TimeSpan.FromSeconds(0.2));
        Assert.Equal(Forgotten.Id, Assert.Single(await lost.ListAsync(token)).Id);

        // Once to find it, once to be sure of it.
        Assert.Equal(3, scheduler.Listings);
        scheduler.Failures["list"] = FakeScheduler.Refusal;
        time.Advance(TimeSpan.FromSeconds(5));
        Assert.Single(await lost.ListAsync(token));
        Assert.Equal(4, scheduler.Listings);
    }

    [Fact]
    public async Task A_scheduler_that_is_silent_holds_lists_up_for_a_second_once()
    {
        var time = new FakeTimeProvider();
        var scheduler = new FakeScheduler { OnList = token => Task.Delay(Timeout.Infinite, token) };
        await using var state = LocalFolderStore.StateIn(_folder);
        await state.StartAsync(TestContext.Current.CancellationToken);
        var lost = new LostTopologies(new LostTopologyFinder(state, scheduler), state, time, NullLogger<LostTopologies>.Instance);
        var token = TestContext.Current.CancellationToken;

        var first = lost.ListAsync(token);
        Assert.False(first.IsCompleted);
        time.Advance(TimeSpan.FromSeconds(1));
        Assert.Empty(await first);
        Assert.True(lost.ListAsync(token).IsCompletedSuccessfully);
    }

    private static async Task<IReadOnlyList<JsonElement>> ListUntilAsync(TestServer server, string query, IReadOnlyList<string> expected)
    {
        IReadOnlyList<JsonElement> topologies = [];
        await Poll.UntilAsync(
            async () =>
            {
                var list = await server.Client.GetFromJsonAsync<JsonElement>("/api/v1/topologies" + query);
                topologies = [.. list.GetProperty("topologies").EnumerateArray()];
                return Shown().SequenceEqual(expected);
            },
            () => $"listed are [{string.Join(", ", Shown())}]");
        return topologies;

        IEnumerable<string> Shown() =>
            topologies.Select(t => $"{t.GetProperty("name").GetString()} {t.GetProperty("state").GetString()}");
    }

    private static void Forget(TestServer server, IEnumerable<string> nodes)
    {
        foreach (var node in nodes)
        {
            File.Delete(System.IO.Path.Join(server.StateFolder, node, "exclamation"));
        }
    }

    private static Task<HttpResponseMessage> SubmitAsync(TestServer server, IEnumerable<KeyValuePair<string, string>>? fields = null) =>
        server.Client.PostAsync("/api/v1/topologies", Forms.Content(Forms.Submission(fields)));
}
