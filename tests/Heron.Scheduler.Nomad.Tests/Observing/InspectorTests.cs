// SPDX-License-Identifier: Apache-2.0
using System.Text.Json.Nodes;
using Heron.Core.Scheduling;
using Heron.Scheduler.Nomad.Tests.Support;
using Heron.Testing;
using Heron.Testing.Nomad;

namespace Heron.Scheduler.Nomad.Tests.Observing;

public sealed class InspectorTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_topology_is_found_by_its_jobs_alone(bool listsMeta)
    {
        await using var nomad = await ScriptedNomad.StartAsync(new() { ListsMeta = listsMeta });
        await using var scheduler = Deployments.Scheduler(nomad);
        await scheduler.ScheduleAsync(Deployments.Make(2), Token);
        nomad.Register(ScriptedNomad.ForeignJob("web-1"));
        nomad.Register(ScriptedNomad.ForeignJob($"{Deployments.Id}-x-7", ("topology.name", "word")));

        var found = Assert.Single(await scheduler.Inspector.ListAsync(Token));
        Assert.Equal(
            ("word", Deployments.Id, "nomad", "ads", "devel"), (found.Name, found.Id, found.Cluster, found.Role, found.Environment));
        Assert.Equal([0, 1, 2], found.Containers);
        Assert.Empty(await scheduler.Inspector.ListOthersAsync(new HashSet<string> { found.Id }, Token));
        Assert.Equal(found.Id, Assert.Single(await scheduler.Inspector.FindAsync("nomad", "ads", "devel", "word", Token)).Id);
        Assert.Empty(await scheduler.Inspector.FindAsync("nomad", "ads", "devel", "wor", Token));
        Assert.Empty(await scheduler.Inspector.FindAsync("nomad", "other", "devel", "word", Token));
        Assert.Equal(found.Identity("x", "x", "x"), Deployments.Identity);
    }

    [Fact]
    public async Task Two_topologies_of_one_name_are_two_and_an_odd_id_is_one_too()
    {
        await using var nomad = await ScriptedNomad.StartAsync();
        await using var scheduler = Deployments.Scheduler(nomad);
        var odd = Deployments.Identity with { Id = "not-the-name" };
        await scheduler.ScheduleAsync(Deployments.Make(1), Token);
        await scheduler.ScheduleAsync(Deployments.Make(1, odd), Token);

        var found = await scheduler.Inspector.FindAsync("nomad", "ads", "devel", "word", Token);
        Assert.Equal(["not-the-name", Deployments.Id], found.Select(t => t.Id));
    }

    [Fact]
    public async Task A_topology_of_the_Java_server_says_whose_it_is_in_its_command()
    {
        await using var nomad = await ScriptedNomad.StartAsync();
        await using var scheduler = Deployments.Scheduler(nomad);
        var submission = ReferenceCase.Names.SelectMany(name => ReferenceCase.Read(name).Submissions)
            .First(s => ReferenceCase.Registrations(s) is [var first, ..] && first["Job"]!["TaskGroups"]![0]!["Tasks"]![0]!["Driver"]!.GetValue<string>() == "raw_exec");
        var form = submission["form"]!;
        var (cluster, role) = (form["cluster"]!.GetValue<string>(), form["role"]!.GetValue<string>());
        var environment = form["environment"]?.GetValue<string>() ?? "default";
        foreach (var registration in ReferenceCase.Registrations(submission))
        {
            nomad.Register(registration["Job"]!.AsObject());
        }

        var name = form["name"]!.GetValue<string>();
        var found = Assert.Single(await scheduler.Inspector.FindAsync(cluster, role, environment, name, Token));
        Assert.Equal((cluster, role, environment), (found.Cluster, found.Role, found.Environment));
        Assert.Empty(await scheduler.Inspector.FindAsync(cluster, role + "x", environment, name, Token));
        Assert.Equal(found.Containers.Count, await scheduler.KillAsync(found.Identity(cluster, role, environment), Token));
        Assert.Empty(nomad.JobIds);
    }

    [Fact]
    public async Task Topologies_of_other_Heron_clusters_on_the_same_Nomad_are_not_listed()
    {
        await using var nomad = await ScriptedNomad.StartAsync();
        await using var scheduler = Deployments.Scheduler(nomad);
        await scheduler.ScheduleAsync(Deployments.Make(1, Deployments.Identity with { Cluster = "elsewhere" }), Token);
        Assert.Empty(await scheduler.Inspector.ListAsync(Token));
        Assert.Single(await scheduler.Inspector.FindAsync("elsewhere", "ads", "devel", "word", Token));
    }

    [Fact]
    public async Task A_running_container_tells_where_it_runs_and_at_which_ports()
    {
        await using var nomad = await ScriptedNomad.StartAsync(new() { RunsTasks = true });
        await using var scheduler = Deployments.Scheduler(nomad, Script("exec sleep 600"));
        await scheduler.ScheduleAsync(Deployments.Make(1), Token);
        await Poll.UntilAsync(() => nomad.Allocations().All(a => a.ClientStatus == "running"), "two running containers");

        var status = await scheduler.Inspector.InspectAsync(Deployments.Identity, [0, 1, 5], Token);
        Assert.Equal(
            [(0, ContainerState.Running), (1, ContainerState.Running), (5, ContainerState.Missing)],
            status.Select(s => (s.Container, s.State)));
        var allocation = nomad.Allocations($"{Deployments.Id}-1").Single();
        Assert.Equal(allocation.Ports, status[1].Ports);
        Assert.NotEmpty(status[1].Ports);
        Assert.Equal((("node1", allocation.Id, 0), "127.0.0.1"), ((status[1].Node, status[1].Run, status[1].Restarts), Assert.Single(status[1].Addresses)));
        Assert.Equal($"{nomad.Uri}/ui/allocations/{allocation.Id}", status[1].Page);
        Assert.NotNull(status[1].Since);
        Assert.Null(status[1].Reason);
    }

    [Fact]
    public async Task A_container_without_a_place_tells_why()
    {
        await using var nomad = await ScriptedNomad.StartAsync(new() { NodeMemoryMb = 100 });
        await using var scheduler = Deployments.Scheduler(nomad, (NomadKeys.Placement, "off"));
        await scheduler.ScheduleAsync(Deployments.Make(1), Token);
        var status = await scheduler.Inspector.InspectAsync(Deployments.Identity, [], Token);
        Assert.All(status, s => Assert.Equal(ContainerState.Pending, s.State));
        Assert.Contains("memory is exhausted on 1 node (a container asks for 512 MB)", status[0].Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_container_that_ends_again_and_again_is_failing_and_has_last_words()
    {
        await using var nomad = await ScriptedNomad.StartAsync(new() { RunsTasks = true });
        await using var scheduler = Deployments.Scheduler(nomad, Script("echo 'curl: (6) Could not resolve host: core' >&2; exit 70"));
        await scheduler.ScheduleAsync(Deployments.Make(1), Token);
        await Poll.UntilAsync(() => nomad.Allocations().All(a => a.Starts > 1), "a second start");

        var status = (await scheduler.Inspector.InspectAsync(Deployments.Identity, [], Token))[1];
        Assert.Equal(ContainerState.Failing, status.State);
        Assert.True(status.Restarts > 0);
        Assert.Equal((70, (int?)null, false), (status.LastExit!.Status, status.LastExit.Signal, status.LastExit.IsOutOfMemory));
        Assert.Contains("status 70: heron-core cannot be fetched", status.Reason, StringComparison.Ordinal);
        Assert.Contains("curl: (6) Could not resolve host: core", status.Reason, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("pending", ContainerState.Starting)]
    [InlineData("lost", ContainerState.Lost)]
    [InlineData("unknown", ContainerState.Lost)]
    [InlineData("failed", ContainerState.Failing)]
    public async Task What_Nomad_says_of_an_allocation_becomes_a_state(string clientStatus, ContainerState state)
    {
        await using var nomad = await ScriptedNomad.StartAsync();
        await using var scheduler = Deployments.Scheduler(nomad);
        await scheduler.ScheduleAsync(Deployments.Make(1), Token);
        nomad.Allocations($"{Deployments.Id}-1").Single().Pretend(clientStatus);
        Assert.Equal(state, (await scheduler.Inspector.InspectAsync(Deployments.Identity, [], Token))[1].State);
    }

    [Fact]
    public async Task A_signal_and_the_kernel_s_hand_are_told_apart_from_a_status()
    {
        await using var nomad = await ScriptedNomad.StartAsync();
        await using var scheduler = Deployments.Scheduler(nomad);
        await scheduler.ScheduleAsync(Deployments.Make(1), Token);
        nomad.Allocations($"{Deployments.Id}-1").Single().Pretend("failed", ("Terminated", "Exit Code: 137, Signal: 9", 137));
        var status = (await scheduler.Inspector.InspectAsync(Deployments.Identity, [], Token))[1];
        Assert.Equal((null, (int?)9), (status.LastExit!.Status, status.LastExit.Signal));
        Assert.Contains("it ended with signal 9", status.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_job_that_was_stopped_and_not_forgotten_is_stopped()
    {
        await using var nomad = await ScriptedNomad.StartAsync();
        await using var scheduler = Deployments.Scheduler(nomad);
        await scheduler.ScheduleAsync(Deployments.Make(1), Token);
        nomad.Deregister($"{Deployments.Id}-1", purge: false);
        var status = await scheduler.Inspector.InspectAsync(Deployments.Identity, [0, 1], Token);
        Assert.Equal([ContainerState.Running, ContainerState.Stopped], status.Select(s => s.State));
        Assert.Equal([0], Assert.Single(await scheduler.Inspector.ListAsync(Token)).Containers);
    }

    [Fact]
    public async Task A_missing_container_is_made_again_from_the_others()
    {
        await using var nomad = await ScriptedNomad.StartAsync();
        await using var scheduler = Deployments.Scheduler(nomad);
        var deployment = Deployments.Make(2);
        await scheduler.ScheduleAsync(deployment, Token);
        var before = nomad.Job($"{Deployments.Id}-0")!;
        foreach (var lost in new[] { 0, 2 })
        {
            nomad.Deregister($"{Deployments.Id}-{lost}");
        }

        Assert.Equal(
            [ContainerState.Missing, ContainerState.Running, ContainerState.Missing],
            (await scheduler.Inspector.InspectAsync(Deployments.Identity, [0, 1, 2], Token)).Select(s => s.State));
        await scheduler.AddContainersAsync(Deployments.Identity, [0, 2], deployment.Plan, Token);
        Assert.Equal([0, 1, 2], await scheduler.ListContainersAsync(Deployments.Identity, Token));
        var after = nomad.Job($"{Deployments.Id}-0")!;
        Assert.Equal(Environment(before), Environment(after));
        Assert.Equal(before["Name"]!.ToString(), after["Name"]!.ToString());
    }

    [Fact]
    public async Task Changes_are_told_as_they_happen_and_everything_after_the_connection_broke()
    {
        await using var nomad = await ScriptedNomad.StartAsync();
        await using var scheduler = Deployments.Scheduler(nomad);
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(Token);
        await using var changes = scheduler.Inspector.WatchAsync(ending.Token).GetAsyncEnumerator(ending.Token);
        Assert.True(await changes.MoveNextAsync());
        Assert.Equal(new ContainerChange(null, null), changes.Current);
        var next = changes.MoveNextAsync().AsTask();
        await Poll.UntilAsync(() => nomad.Listeners == 1, "a listener");
        await scheduler.ScheduleAsync(Deployments.Make(1), Token);
        Assert.True(await next);
        Assert.Equal(Deployments.Id, changes.Current.TopologyId);
        Assert.InRange(changes.Current.Container!.Value, 0, 1);
    }

    [Fact]
    public async Task A_Nomad_that_tells_no_events_is_asked_again_and_all_is_to_be_read_anew()
    {
        await using var nomad = await ScriptedNomad.StartAsync();
        nomad.Fault(new NomadFault { Kind = NomadFaultKind.Answer, PathContains = "/v1/event", Status = 500, Times = 1 });
        await using var scheduler = Deployments.Scheduler(nomad);
        await using var changes = scheduler.Inspector.WatchAsync(Token).GetAsyncEnumerator(Token);
        for (var i = 0; i < 2; i++)
        {
            Assert.True(await changes.MoveNextAsync());
            Assert.Equal(new ContainerChange(null, null), changes.Current);
        }
    }

    private static (string, string) Script(string text)
    {
        var script = Path.Join(Directory.CreateTempSubdirectory("nomad-test-").FullName, "start.sh");
        File.WriteAllText(script, text + "\n");
        return (NomadKeys.JobTemplate, script);
    }

    private static string Environment(JsonObject job) =>
        job["TaskGroups"]![0]!["Tasks"]![0]!["Env"]!.ToJsonString();
}
