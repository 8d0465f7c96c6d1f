// SPDX-License-Identifier: Apache-2.0
using Heron.Core;
using Heron.Core.Topologies;
using Heron.Scheduler.Nomad.Tests.Support;
using Heron.Testing.Nomad;

namespace Heron.Scheduler.Nomad.Tests;

/// <summary>Starting all containers or none, through everything that Nomad and the network do.</summary>
public sealed class ScheduleTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Every_container_gets_one_job()
    {
        await using var nomad = await ScriptedNomad.StartAsync();
        await using var scheduler = Deployments.Scheduler(nomad);

        var result = await scheduler.ScheduleAsync(Deployments.Make(3), Token);

        Assert.Empty(result.Warnings);
        Assert.Equal(Enumerable.Range(0, 4).Select(i => $"{Deployments.Id}-{i}"), nomad.JobIds);
        Assert.Equal(4, nomad.Requests.Count(r => r.Registers));
        Assert.Equal([0, 1, 2, 3], await scheduler.ListContainersAsync(Deployments.Identity, Token));
    }

    [Fact]
    public async Task Token_namespace_and_region_go_with_every_request_and_into_the_jobs()
    {
        const string Secret = "b1b7b39c-8f0a-4d1e-9f0f-123456789abc";
        await using var nomad = await ScriptedNomad.StartAsync(
            new() { Token = Secret, Namespaces = ["default", "heron"], Region = "eu" });
        await using var scheduler = Deployments.Scheduler(
            nomad, (NomadKeys.Token, Secret), (NomadKeys.Namespace, "heron"), (NomadKeys.Region, "eu"));

        await scheduler.ScheduleAsync(Deployments.Make(1), Token);

        Assert.All(nomad.Requests, r =>
        {
            Assert.Equal(Secret, r.Headers["X-Nomad-Token"]);
            Assert.Contains("namespace=heron", r.Query);
            Assert.Contains("region=eu", r.Query);
        });
        Assert.Equal("heron", nomad.Job($"{Deployments.Id}-0")!["Namespace"]!.GetValue<string>());
        Assert.Equal(2, await scheduler.KillAsync(Deployments.Identity, Token));
    }

    [Theory]
    [InlineData(429, "Too many requests")]
    [InlineData(500, "No cluster leader")]
    [InlineData(502, "bad gateway")]
    [InlineData(503, "")]
    public async Task A_passing_fault_is_waited_out(int status, string text)
    {
        await using var nomad = await ScriptedNomad.StartAsync();
        nomad.Fault(new() { Kind = NomadFaultKind.Answer, Method = "PUT", Status = status, Text = text, Skip = 1, Times = 3 });
        await using var scheduler = Deployments.Scheduler(nomad);

        await scheduler.ScheduleAsync(Deployments.Make(3), Token);

        Assert.Equal(4, nomad.JobIds.Count);
        Assert.Equal(4 + 3, nomad.Requests.Count(r => r.Registers));
    }

    [Theory]
    [InlineData(1, false)]
    [InlineData(3, true)]
    public async Task A_pause_that_Nomad_asks_for_is_kept(int seconds, bool asDate)
    {
        await using var nomad = await ScriptedNomad.StartAsync();
        nomad.Fault(new()
        {
            Kind = NomadFaultKind.Answer,
            Method = "PUT",
            Status = 429,
            RetryAfter = seconds,
            RetryAfterIsDate = asDate,
            Times = 1,
        });
        await using var scheduler = Deployments.Scheduler(nomad);

        var start = TimeProvider.System.GetTimestamp();
        await scheduler.ScheduleAsync(Deployments.Make(1), Token);

        Assert.True(TimeProvider.System.GetElapsedTime(start) >= TimeSpan.FromSeconds(0.9));
    }

    [Theory]
    [InlineData(NomadFaultKind.CutBefore)]
    [InlineData(NomadFaultKind.CutAfter)]
    public async Task A_broken_connection_never_starts_a_container_twice(NomadFaultKind kind)
    {
        await using var nomad = await ScriptedNomad.StartAsync();
        nomad.Fault(new() { Kind = kind, Method = "PUT", Skip = 1, Times = 2 });
        await using var scheduler = Deployments.Scheduler(nomad);

        await scheduler.ScheduleAsync(Deployments.Make(3), Token);

        Assert.Equal(4, nomad.JobIds.Count);
        Assert.All(nomad.JobIds, id => Assert.Single(nomad.Allocations(id)));
    }

    [Fact]
    public async Task A_request_that_hangs_is_given_up_and_repeated()
    {
        await using var nomad = await ScriptedNomad.StartAsync();
        nomad.Fault(new() { Kind = NomadFaultKind.HangAfter, Method = "PUT", Times = 1 });
        await using var scheduler = Deployments.Scheduler(nomad, (NomadKeys.RequestTimeout, "5"));

        await scheduler.ScheduleAsync(Deployments.Make(1), Token);

        Assert.Equal(2, nomad.JobIds.Count);
        Assert.All(nomad.JobIds, id => Assert.Single(nomad.Allocations(id)));
    }

    [Fact]
    public async Task A_refused_job_undoes_all_and_says_Nomads_own_words()
    {
        await using var nomad = await ScriptedNomad.StartAsync();
        nomad.Fault(new()
        {
            Kind = NomadFaultKind.Answer,
            Method = "PUT",
            BodyContains = $"\"{Deployments.Id}-2\"",
            Status = 500,
            Text = "1 error occurred:\n\t* Task group word-2 validation failed: 1 error occurred:\n\t* minimum CPU value is 1; got 0\n\n\n\n",
        });
        await using var scheduler = Deployments.Scheduler(nomad);

        var fault = await Assert.ThrowsAnyAsync<HeronException>(() => scheduler.ScheduleAsync(Deployments.Make(6), Token));

        Assert.Equal(FaultKind.BadGateway, fault.Kind);
        Assert.Contains($"job {Deployments.Id}-2: minimum CPU value is 1; got 0", fault.Message);
        Assert.Empty(nomad.JobIds);
        // What is refused for good is not asked again.
        Assert.Single(nomad.Requests, r => r.Registers && r.Job["ID"]!.GetValue<string>() == $"{Deployments.Id}-2");
    }

    [Fact]
    public async Task A_forbidden_registration_names_the_token()
    {
        await using var nomad = await ScriptedNomad.StartAsync(new() { Token = "secret" });
        await using var scheduler = Deployments.Scheduler(nomad);

        var fault = await Assert.ThrowsAnyAsync<HeronException>(() => scheduler.ScheduleAsync(Deployments.Make(1), Token));

        Assert.Contains("Permission denied", fault.Message);
        Assert.Contains("NOMAD_TOKEN", fault.Message);
    }

    [Fact]
    public async Task Jobs_whose_answers_were_lost_for_good_are_removed_too()
    {
        await using var nomad = await ScriptedNomad.StartAsync();
        // Container 3 is registered each time, but no answer ever arrives.
        nomad.Fault(new() { Kind = NomadFaultKind.CutAfter, Method = "PUT", BodyContains = $"\"{Deployments.Id}-3\"" });
        await using var scheduler = Deployments.Scheduler(nomad);

        var fault = await Assert.ThrowsAnyAsync<HeronException>(() => scheduler.ScheduleAsync(Deployments.Make(4), Token));

        Assert.Equal(FaultKind.Unavailable, fault.Kind);
        Assert.Empty(nomad.JobIds);
    }

    [Fact]
    public async Task What_could_not_be_undone_is_said_with_what_to_do()
    {
        await using var nomad = await ScriptedNomad.StartAsync();
        nomad.Fault(new() { Kind = NomadFaultKind.Answer, Method = "PUT", Skip = 2, Status = 500, Text = "1 error occurred:\n\t* no\n\n" });
        nomad.Fault(new() { Kind = NomadFaultKind.Answer, Method = "DELETE", Status = 403, Text = "Permission denied" });
        await using var scheduler = Deployments.Scheduler(nomad, (NomadKeys.Parallelism, "1"));

        var fault = await Assert.ThrowsAnyAsync<HeronException>(() => scheduler.ScheduleAsync(Deployments.Make(4), Token));

        Assert.Contains($"jobs {Deployments.Id}-* may be left in Nomad", fault.Message);
        Assert.Contains("nomad job stop -purge", fault.Message);
    }

    [Fact]
    public async Task A_caller_who_goes_away_leaves_nothing_behind()
    {
        await using var nomad = await ScriptedNomad.StartAsync();
        var held = nomad.Fault(new() { Kind = NomadFaultKind.Hold, Method = "PUT", Skip = 2, Times = 1 });
        await using var scheduler = Deployments.Scheduler(nomad, (NomadKeys.Parallelism, "1"));
        using var caller = new CancellationTokenSource();

        var scheduling = scheduler.ScheduleAsync(Deployments.Make(4), caller.Token);
        await held.Met.Task;
        await caller.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => scheduling);
        Assert.Empty(nomad.JobIds);
    }

    [Fact]
    public async Task A_foreign_job_with_the_same_id_is_never_replaced()
    {
        await using var nomad = await ScriptedNomad.StartAsync();
        nomad.Register(ScriptedNomad.ForeignJob($"{Deployments.Id}-1", ("owner", "somebody")));
        await using var scheduler = Deployments.Scheduler(nomad);

        var fault = await Assert.ThrowsAnyAsync<HeronException>(() => scheduler.ScheduleAsync(Deployments.Make(2), Token));

        Assert.Equal(FaultKind.Conflict, fault.Kind);
        Assert.Equal([$"{Deployments.Id}-1"], nomad.JobIds);
        Assert.Equal("somebody", nomad.Job($"{Deployments.Id}-1")!["Meta"]!["owner"]!.GetValue<string>());
    }

    [Fact]
    public async Task The_same_topology_of_another_Heron_cluster_on_this_Nomad_is_left_alone()
    {
        await using var nomad = await ScriptedNomad.StartAsync();
        await using var scheduler = Deployments.Scheduler(nomad);
        await scheduler.ScheduleAsync(Deployments.Make(1), Token);
        var other = Deployments.Identity with { Cluster = "other" };

        await Assert.ThrowsAnyAsync<HeronException>(() => scheduler.ScheduleAsync(Deployments.Make(1, other), Token));
        Assert.Equal(0, await scheduler.KillAsync(other, Token));

        Assert.Equal(2, nomad.JobIds.Count);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task What_an_earlier_attempt_left_behind_is_replaced(bool stopped)
    {
        await using var nomad = await ScriptedNomad.StartAsync();
        await using var scheduler = Deployments.Scheduler(nomad);
        await scheduler.ScheduleAsync(Deployments.Make(1), Token);
        if (stopped)
        {
            // As the Java server's kill leaves it.
            nomad.Deregister($"{Deployments.Id}-1", purge: false);
        }

        await scheduler.ScheduleAsync(Deployments.Make(2), Token);

        Assert.Equal([0, 1, 2], await scheduler.ListContainersAsync(Deployments.Identity, Token));
        Assert.All(nomad.JobIds, id => Assert.False(nomad.Job(id)!["Stop"]!.GetValue<bool>()));
    }

    [Fact]
    public async Task Nobody_listening_is_unavailable_and_names_the_setting()
    {
        await using var scheduler = Deployments.Scheduler("http://127.0.0.1:1");

        var fault = await Assert.ThrowsAnyAsync<HeronException>(() => scheduler.ScheduleAsync(Deployments.Make(1), Token));

        Assert.Equal(FaultKind.Unavailable, fault.Kind);
        Assert.Contains(NomadKeys.SchedulerUri, fault.Message);
    }

    [Fact]
    public async Task Requests_never_exceed_the_configured_parallelism_over_one_pool()
    {
        await using var nomad = await ScriptedNomad.StartAsync(new() { Delay = TimeSpan.FromMilliseconds(5) });
        await using var scheduler = Deployments.Scheduler(nomad, (NomadKeys.Parallelism, "4"));

        // Two submissions at once share the same connections.
        await Task.WhenAll(
            scheduler.ScheduleAsync(Deployments.Make(30), Token),
            scheduler.ScheduleAsync(Deployments.Make(30, new TopologyIdentity("nomad", "ads", "devel", "two", "two-77")), Token));

        Assert.InRange(nomad.PeakParallel, 2, 4);
        Assert.InRange(nomad.Connections, 2, 4);
    }

    [Fact]
    public async Task The_check_says_what_is_wrong()
    {
        await using var nomad = await ScriptedNomad.StartAsync();
        await using var scheduler = Deployments.Scheduler(nomad);
        Assert.Null(await scheduler.CheckAsync(Token));

        nomad.HasLeader = false;
        Assert.Contains("No cluster leader", await scheduler.CheckAsync(Token));

        await using var nobody = Deployments.Scheduler("http://127.0.0.1:1");
        Assert.NotNull(await nobody.CheckAsync(Token));
    }

    [Fact]
    public async Task The_check_says_of_a_Nomad_that_refuses_that_it_refuses()
    {
        await using var nomad = await ScriptedNomad.StartAsync();
        await using var scheduler = Deployments.Scheduler(nomad);
        nomad.Fault(new NomadFault { Kind = NomadFaultKind.Answer, PathContains = "/v1/jobs", Status = 429, Text = "slow down" });

        Assert.StartsWith("Nomad refused to list jobs: slow down", await scheduler.CheckAsync(Token), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_check_says_when_the_token_may_do_nothing()
    {
        await using var nomad = await ScriptedNomad.StartAsync(new() { Token = "the right one" });
        await using var right = Deployments.Scheduler(nomad, (NomadKeys.Token, "the right one"));
        Assert.Null(await right.CheckAsync(Token));

        await using var none = Deployments.Scheduler(nomad);
        Assert.Contains("NOMAD_TOKEN needs list-jobs", await none.CheckAsync(Token), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_location_is_that_of_a_library_scheduler_with_Nomads_page()
    {
        await using var scheduler = Deployments.Scheduler("http://nomad.example:4646/");

        var location = scheduler.LocationOf(Deployments.Identity);

        Assert.Equal(("word", "scheduler_as_lib_no_endpoint"), (location.TopologyName, location.HttpEndpoint));
        Assert.Equal("http://nomad.example:4646/ui/jobs", Assert.Single(location.JobPageLink));
    }
}
