using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Heron.ApiServer.Tests.Support;
using Heron.Core.Topologies;
using Heron.Testing.Scheduling;

namespace Heron.ApiServer.Tests.Lifecycle;

/// <summary>Containers run, and the state has lost some or all of what it knew of their topology.</summary>
public sealed class LostTopologyTests
{
    private const string Path = "/api/v1/topologies/nomad/ads/devel/exclamation";
    private const string Id = "exclamation5978c057-0b26-4359-ae81-c288931fd1c7";

    private static readonly string[] Nodes = ["topologies", "executionstate", "packingplans", "schedulers"];

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
