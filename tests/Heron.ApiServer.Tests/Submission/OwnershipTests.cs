// SPDX-License-Identifier: Apache-2.0
using System.Net;
using Google.Protobuf;
using Heron.ApiServer.Tests.Support;
using Heron.Core.Protobuf;
using Heron.Core.Topologies;
using Heron.Operations.Deploying;
using Heron.Operations.Submit;
using Microsoft.Extensions.DependencyInjection;

namespace Heron.ApiServer.Tests.Submission;

/// <summary>What one submission, its undo or a kill must never do to another topology.</summary>
public sealed class OwnershipTests
{
    private static readonly Topology Victim = Topology.Parser.ParseFrom(Forms.Definition("exclamation"));

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_submission_with_the_id_of_a_running_topology_is_refused_and_touches_nothing()
    {
        await using var server = await TestServer.StartAsync();
        Assert.Equal(HttpStatusCode.Created, (await SubmitAsync(server, "exclamation")).StatusCode);
        var before = server.StoredFiles();
        var refused = await SubmitAsync(server, "Evil");
        Assert.Equal(HttpStatusCode.Conflict, refused.StatusCode);
        Assert.Contains("in use by another topology", await refused.Content.ReadAsStringAsync(Token), StringComparison.Ordinal);

        Assert.Equal([$"schedule {Victim.Id}"], server.Scheduler.Calls);
        Assert.True(server.Scheduler.Running.ContainsKey(Victim.Id));
        Assert.Equal(before, server.StoredFiles());
        Assert.NotNull(server.Services.GetRequiredService<PublishedPackages>().Find(Identity("exclamation")));
        Assert.False(await server.State.IsTopologyRunningAsync("Evil", Token));
    }

    [Theory]
    [InlineData("role")]
    [InlineData("environment")]
    public async Task The_same_id_and_name_at_another_place_is_refused_and_touches_nothing(string field)
    {
        await using var server = await TestServer.StartAsync();
        Assert.Equal(HttpStatusCode.Created, (await SubmitAsync(server, "exclamation")).StatusCode);
        var before = server.StoredFiles();
        Assert.Equal(HttpStatusCode.Conflict, (await SubmitAsync(server, "exclamation", (field, "evil"))).StatusCode);
        Assert.Equal([$"schedule {Victim.Id}"], server.Scheduler.Calls);
        Assert.Equal(before, server.StoredFiles());
    }

    [Fact]
    public async Task Containers_that_no_state_knows_are_not_ended_by_a_submission_with_their_id()
    {
        await using var server = await TestServer.StartAsync();
        var other = Identity("exclamation") with { Role = "other" };
        server.Scheduler.Start(other, [0, 1]);
        Assert.Equal(HttpStatusCode.Conflict, (await SubmitAsync(server, "exclamation")).StatusCode);
        Assert.Equal([0, 1], await server.Scheduler.ListContainersAsync(other, Token));
        Assert.DoesNotContain(server.Scheduler.Calls, call => call.StartsWith("kill", StringComparison.Ordinal));
        Assert.False(await server.State.IsTopologyRunningAsync("exclamation", Token));
        Assert.Empty(server.StoredFiles());

        // One whose id says nothing of its name is asked about before anything is done.
        server.Scheduler.Calls.Clear();
        Assert.Equal(HttpStatusCode.Conflict, (await SubmitAsync(server, "Evil")).StatusCode);
        Assert.Empty(server.Scheduler.Calls);
    }

    [Fact]
    public async Task Of_two_names_with_one_id_at_once_one_wins()
    {
        await using var server = await TestServer.StartAsync();
        var held = server.Scheduler.HoldSchedule();
        var first = SubmitAsync(server, "Evil");
        await held.Reached;
        Assert.Equal(HttpStatusCode.Conflict, (await SubmitAsync(server, "exclamation")).StatusCode);
        held.LetGo();
        Assert.Equal(HttpStatusCode.Created, (await first).StatusCode);
        Assert.Equal("Evil", server.Scheduler.Running[Victim.Id].Identity.Name);
    }

    [Fact]
    public async Task Of_a_damaged_topology_the_containers_say_the_place_and_not_who_kills_it()
    {
        await using var server = await TestServer.StartAsync();
        Assert.Equal(HttpStatusCode.Created, (await SubmitAsync(server, "exclamation")).StatusCode);
        await File.WriteAllTextAsync(Path.Join(server.StateFolder, "executionstate", "exclamation"), "", Token);
        var elsewhere = await server.Client.DeleteAsync("/api/v1/topologies/nomad/evil/devel/exclamation", Token);
        Assert.Equal(HttpStatusCode.Conflict, elsewhere.StatusCode);
        Assert.True(server.Scheduler.Running.ContainsKey(Victim.Id));
        Assert.True(await server.State.IsTopologyRunningAsync("exclamation", Token));
        Assert.Equal(HttpStatusCode.OK, (await server.Client.DeleteAsync("/api/v1/topologies/nomad/ads/devel/exclamation", Token)).StatusCode);
    }

    [Theory]
    [InlineData("word", "word5978c057-0b26-4359-ae81-c288931fd1c7", true)]
    [InlineData("word", "words5978c057-0b26-4359-ae81-c288931fd1c7", false)]
    [InlineData("word", "word", false)]
    [InlineData("word", "word5978c0570b264359ae81c288931fd1c7", false)]
    [InlineData("words", "word5978c057-0b26-4359-ae81-c288931fd1c7", false)]
    public void An_id_is_of_its_own_name_when_a_UUID_is_behind_it(string name, string id, bool own) =>
        Assert.Equal(own, TopologyIds.IsOfItsOwnName(new TopologyIdentity("c", "r", "e", name, id)));

    private static TopologyIdentity Identity(string name) => new("nomad", "ads", "devel", name, Victim.Id);

    private static Task<HttpResponseMessage> SubmitAsync(TestServer server, string name, params (string Name, string Value)[] changes)
    {
        var fields = Forms.Fields(name);
        foreach (var (field, value) in changes)
        {
            fields[field] = value;
        }

        var definition = Victim.Clone();
        definition.Name = name;
        return server.Client.PostAsync("/api/v1/topologies", Forms.Content(Forms.Submission(fields, definition.ToByteArray())));
    }
}
