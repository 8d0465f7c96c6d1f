// SPDX-License-Identifier: Apache-2.0
using System.Text.Json.Nodes;
using Heron.Core;
using Heron.Core.Packing;
using Heron.Core.Topologies;
using Heron.Scheduler.Nomad.Tests.Support;
using Heron.Testing.Nomad;
using Heron.Testing;
using Heron.Testing.Parts;
using Microsoft.Extensions.Time.Testing;

namespace Heron.Scheduler.Nomad.Tests;

/// <summary>Killing, restarting and scaling what runs, whoever submitted it.</summary>
public sealed class LifeTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Kill_removes_the_topologys_jobs_and_asks_for_no_other(bool newNomad)
    {
        await using var nomad = await ScriptedNomad.StartAsync(new() { ListsMeta = newNomad });
        await using var scheduler = Deployments.Scheduler(nomad);
        await scheduler.ScheduleAsync(Deployments.Make(3), Token);
        // Same name in another cluster, an id that begins alike, an id of the same shape with foreign meta data.
        await scheduler.ScheduleAsync(
            Deployments.Make(1, new TopologyIdentity("nomad", "ads", "devel", "word", "word9999")), Token);
        nomad.Register(ScriptedNomad.ForeignJob(Deployments.Id + "0-1"));
        nomad.Register(ScriptedNomad.ForeignJob(Deployments.Id + "-backup"));
        nomad.Register(ScriptedNomad.ForeignJob(Deployments.Id + "-77", ("topology.name", "word"), ("topology.id", "else")));
        nomad.ClearRequests();

        Assert.Equal(4, await scheduler.KillAsync(Deployments.Identity, Token));

        Assert.Equal(5, nomad.JobIds.Count);
        Assert.DoesNotContain(nomad.JobIds, id => id == Deployments.Id + "-0");
        Assert.Equal(4, nomad.Requests.Count(r => r.Deregisters));
        Assert.All(nomad.Requests.Where(r => r.Deregisters), r => Assert.Contains("purge=true", r.Query));
        Assert.Single(nomad.Requests, r => r is { Method: "GET", Path: "/v1/jobs" });
        Assert.All(
            nomad.Requests.Where(r => r.Path != "/v1/jobs"),
            r => Assert.Matches($"^/v1/job/{Deployments.Id}-\\d+$", r.Path));
        if (newNomad)
        {
            Assert.DoesNotContain(nomad.Requests, r => r.Method == "GET" && r.Path != "/v1/jobs");
        }
    }

    [Fact]
    public async Task Two_thousand_foreign_jobs_cost_no_request()
    {
        await using var nomad = await ScriptedNomad.StartAsync();
        await using var scheduler = Deployments.Scheduler(nomad);
        for (var i = 0; i < 2000; i++)
        {
            nomad.Register(ScriptedNomad.ForeignJob($"foreign-{i}", ("topology.name", "word")));
        }

        await scheduler.ScheduleAsync(Deployments.Make(5), Token);
        nomad.ClearRequests();
        await scheduler.RestartAsync(Deployments.Identity, null, Token);
        await scheduler.RestartAsync(Deployments.Identity, 3, Token);
        await scheduler.KillAsync(Deployments.Identity, Token);

        Assert.DoesNotContain(nomad.Requests, r => r.Path.Contains("foreign") || r.Body.Contains("foreign"));
        Assert.All(
            nomad.Requests.Where(r => r is { Method: "GET", Path: "/v1/jobs" }),
            r => Assert.Contains($"prefix={Deployments.Id}-", r.Query));
        // Restart of all: list, 6 reads, 6 writes; of one: read, write; kill: list, 6 reads, 6 deletions.
        Assert.Equal(13 + 2 + 13, nomad.Requests.Count);
        Assert.Equal(2000, nomad.JobIds.Count);
    }

    [Fact]
    public async Task Kill_goes_on_when_a_deletion_fails_and_says_what_is_left()
    {
        await using var nomad = await ScriptedNomad.StartAsync();
        await using var scheduler = Deployments.Scheduler(nomad);
        await scheduler.ScheduleAsync(Deployments.Make(5), Token);
        nomad.Fault(new()
        {
            Kind = NomadFaultKind.Answer,
            Method = "DELETE",
            PathContains = "-2",
            Status = 403,
            Text = "Permission denied",
        });

        var fault = await Assert.ThrowsAsync<HeronException>(() => scheduler.KillAsync(Deployments.Identity, Token));

        Assert.Contains("1 of 6 containers (container 2) could not be removed", fault.Message);
        Assert.Contains("Permission denied", fault.Message);
        Assert.Equal([$"{Deployments.Id}-2"], nomad.JobIds);

        nomad.ClearFaults();
        Assert.Equal(1, await scheduler.KillAsync(Deployments.Identity, Token));
        Assert.Equal(0, await scheduler.KillAsync(Deployments.Identity, Token));
    }

    [Fact]
    public async Task Jobs_of_the_Java_server_are_killed_restarted_and_scaled()
    {
        await using var nomad = await ScriptedNomad.StartAsync();
        var identity = RegisterJavaJobs(nomad);
        await using var scheduler = Deployments.Scheduler(nomad);

        Assert.Equal([0, 1, 2], await scheduler.ListContainersAsync(identity, Token));
        await scheduler.RestartAsync(identity, 0, Token);
        Assert.Equal(2, nomad.Allocations(identity.Id + "-0").Count);

        await scheduler.AddContainersAsync(identity, [3], Token);
        var added = nomad.Job(identity.Id + "-3")!;
        var (first, third) = (JavaTask(nomad, identity, 1), JavaTask(nomad, identity, 3));
        Assert.Equal("3", added["Meta"]!["container.index"]!.GetValue<string>());
        Assert.Equal($"{identity.Name}-3", added["Name"]!.GetValue<string>());
        Assert.Equal($"{identity.Name}-3", added["TaskGroups"]![0]!["Name"]!.GetValue<string>());
        Assert.EndsWith("/container-3", third["Env"]!["HERON_NOMAD_WORKING_DIR"]!.GetValue<string>());
        Assert.Equal(
            first["Env"]!["HERON_EXECUTOR_CMD"]!.GetValue<string>().Replace("--shard=1 ", "--shard=3 "),
            third["Env"]!["HERON_EXECUTOR_CMD"]!.GetValue<string>());

        Assert.Equal(4, await scheduler.KillAsync(identity, Token));
        Assert.Empty(nomad.JobIds);
    }

    [Theory]
    [InlineData("raw-override-file", "syn-3c-10i")]
    [InlineData("docker-override-file", "exclamation")]
    public async Task Jobs_of_the_Java_server_tell_what_package_they_fetch(string reference, string name)
    {
        await using var nomad = await ScriptedNomad.StartAsync();
        var identity = RegisterJavaJobs(nomad, reference, name);
        await using var scheduler = Deployments.Scheduler(nomad);
        Assert.Equal(
            "http://apiserver.example:9000/api/v1/file/download/11111111-2222-3333-4444-555555555555-topology.tar.gz",
            await scheduler.FindPackageUriAsync(identity, Token));
        Assert.Null(await scheduler.FindPackageUriAsync(identity with { Name = "another" }, Token));
        await scheduler.KillAsync(identity, Token);
        Assert.Null(await scheduler.FindPackageUriAsync(identity, Token));
    }

    [Fact]
    public async Task Jobs_of_another_server_of_ours_tell_what_package_they_fetch()
    {
        await using var nomad = await ScriptedNomad.StartAsync();
        await using var scheduler = Deployments.Scheduler(nomad);
        var deployment = Deployments.Make(1);
        await scheduler.ScheduleAsync(deployment, Token);
        Assert.Equal(deployment.Package.Uri, await scheduler.FindPackageUriAsync(Deployments.Identity, Token));
    }

    /// <summary>The way back: its kill looks for <c>topology.name</c>, its restart of one container for <c>container.index</c> too.</summary>
    [Fact]
    public async Task Jobs_carry_what_the_Java_server_finds_them_by()
    {
        await using var nomad = await ScriptedNomad.StartAsync();
        await using var scheduler = Deployments.Scheduler(nomad);
        await scheduler.ScheduleAsync(Deployments.Make(2), Token);
        Assert.Equal(
            [("word", "0"), ("word", "1"), ("word", "2")],
            nomad.JobIds.Order(StringComparer.Ordinal).Select(id => nomad.Job(id)!["Meta"]!)
                .Select(m => (m["topology.name"]!.GetValue<string>(), m["container.index"]!.GetValue<string>())));
    }

    [Fact]
    public async Task Docker_jobs_of_the_Java_server_grow_with_their_services()
    {
        await using var nomad = await ScriptedNomad.StartAsync();
        var identity = RegisterJavaJobs(nomad, "docker-override-file", "exclamation");
        await using var scheduler = Deployments.Scheduler(nomad);

        await scheduler.AddContainersAsync(identity, [7], Token);

        var (first, added) = (JavaTask(nomad, identity, 1), JavaTask(nomad, identity, 7));
        Assert.Equal(
            first["Config"]!["args"]![1]!.GetValue<string>().Replace("--shard=1 ", "--shard=7 "),
            added["Config"]!["args"]![1]!.GetValue<string>());
        Assert.Equal("metrics-heron-exclamation-7", added["Services"]![0]!["Name"]!.GetValue<string>());
        Assert.Equal("exclamation-7", added["Services"]![0]!["Tags"]![0]!.GetValue<string>());
        Assert.Equal("${attr.unique.network.ip-address}", added["Env"]!["HOST"]!.GetValue<string>());
    }

    [Fact]
    public async Task Ids_with_characters_that_mean_something_in_an_address_work()
    {
        await using var nomad = await ScriptedNomad.StartAsync();
        await using var scheduler = Deployments.Scheduler(nomad);
        var odd = new TopologyIdentity("nomad", "ads", "", "wörd", "wörd%2F?#&=+-é1");

        await scheduler.ScheduleAsync(Deployments.Make(1, odd), Token);
        await scheduler.RestartAsync(odd, 1, Token);

        Assert.Equal([0, 1], await scheduler.ListContainersAsync(odd, Token));
        Assert.Equal(2, await scheduler.KillAsync(odd, Token));
        Assert.Empty(nomad.JobIds);
    }

    [Fact]
    public async Task Dead_jobs_of_the_Java_servers_kill_are_removed_and_not_listed()
    {
        await using var nomad = await ScriptedNomad.StartAsync();
        var identity = RegisterJavaJobs(nomad);
        nomad.Deregister(identity.Id + "-1", purge: false);
        await using var scheduler = Deployments.Scheduler(nomad);

        Assert.Equal([0, 2], await scheduler.ListContainersAsync(identity, Token));
        await scheduler.RestartAsync(identity, 1, Token);
        Assert.Equal([0, 1, 2], await scheduler.ListContainersAsync(identity, Token));

        nomad.Deregister(identity.Id + "-1", purge: false);
        Assert.Equal(3, await scheduler.KillAsync(identity, Token));
        Assert.Empty(nomad.JobIds);
    }

    [Fact]
    public async Task Restart_of_one_container_changes_only_its_job()
    {
        await using var nomad = await ScriptedNomad.StartAsync();
        await using var scheduler = Deployments.Scheduler(nomad);
        await scheduler.ScheduleAsync(Deployments.Make(2), Token);
        nomad.ClearRequests();

        await scheduler.RestartAsync(Deployments.Identity, 0, Token);

        var request = Assert.Single(nomad.Requests, r => r.Registers);
        Assert.Equal($"{Deployments.Id}-0", request.Job["ID"]!.GetValue<string>());
        Assert.True(request.Json["EnforceIndex"]!.GetValue<bool>());
        Assert.True(request.Json["JobModifyIndex"]!.GetValue<long>() > 0);
        Assert.DoesNotContain(nomad.Requests, r => r.Deregisters);
        Assert.Equal([2, 1, 1], nomad.JobIds.Select(id => nomad.Allocations(id).Count));
    }

    [Fact]
    public async Task Restart_of_all_replaces_every_container_once()
    {
        await using var nomad = await ScriptedNomad.StartAsync();
        await using var scheduler = Deployments.Scheduler(nomad);
        await scheduler.ScheduleAsync(Deployments.Make(9), Token);
        // Lost answers must not lead to a second replacement.
        nomad.Fault(new() { Kind = NomadFaultKind.CutAfter, Method = "PUT", Skip = 2, Times = 3 });

        await scheduler.RestartAsync(Deployments.Identity, null, Token);

        Assert.All(nomad.JobIds, id => Assert.Equal(2, nomad.Allocations(id).Count));
    }

    [Theory]
    [InlineData(99)]
    [InlineData(-5)]
    public async Task Restart_of_a_container_that_is_not_there_says_so(int container)
    {
        await using var nomad = await ScriptedNomad.StartAsync();
        await using var scheduler = Deployments.Scheduler(nomad);
        await scheduler.ScheduleAsync(Deployments.Make(1), Token);

        var fault = await Assert.ThrowsAsync<HeronException>(
            () => scheduler.RestartAsync(Deployments.Identity, container, Token));

        Assert.Equal(FaultKind.NotFound, fault.Kind);
        Assert.All(nomad.JobIds, id => Assert.Single(nomad.Allocations(id)));
    }

    [Fact]
    public async Task Restart_survives_a_change_by_somebody_else_in_between()
    {
        await using var nomad = await ScriptedNomad.StartAsync();
        await using var scheduler = Deployments.Scheduler(nomad);
        await scheduler.ScheduleAsync(Deployments.Make(1), Token);
        var held = nomad.Fault(new() { Kind = NomadFaultKind.Hold, Method = "PUT", Times = 1 });

        var restart = scheduler.RestartAsync(Deployments.Identity, 1, Token);
        await held.Met.Task;
        var job = nomad.Job($"{Deployments.Id}-1")!;
        job["Priority"] = 77;
        nomad.Register(job);
        held.Gate.SetResult();
        await restart;

        Assert.Equal(77, nomad.Job($"{Deployments.Id}-1")!["Priority"]!.GetValue<int>());
        Assert.NotNull(nomad.Job($"{Deployments.Id}-1")!["Meta"]!["heron.restart"]);
    }

    [Fact]
    public async Task Containers_are_added_like_the_others_and_removed_again()
    {
        await using var nomad = await ScriptedNomad.StartAsync();
        var deployment = Deployments.Make(2, null, (NomadKeys.Priority, "60"));
        await using (var before = Deployments.Scheduler(nomad))
        {
            await before.ScheduleAsync(deployment, Token);
            await before.RestartAsync(Deployments.Identity, 1, Token);
        }

        // Another server, which has never seen the submission.
        await using var scheduler = Deployments.Scheduler(nomad);
        await scheduler.AddContainersAsync(Deployments.Identity, [3, 4, 5], Token);

        Assert.Equal([0, 1, 2, 3, 4, 5], await scheduler.ListContainersAsync(Deployments.Identity, Token));
        AssertSameAsBuilt(nomad, 4, 5);

        await scheduler.RemoveContainersAsync(Deployments.Identity, [5, 4, 17], Token);
        Assert.Equal([0, 1, 2, 3], await scheduler.ListContainersAsync(Deployments.Identity, Token));
    }

    [Fact]
    public async Task New_containers_are_as_large_as_the_new_plan_wants_them()
    {
        await using var nomad = await ScriptedNomad.StartAsync();
        await using var scheduler = Deployments.Scheduler(nomad);
        var deployment = Deployments.Make(2, null, (NomadKeys.EphemeralDisk, "plan"));
        await scheduler.ScheduleAsync(deployment, Token);
        var larger = new Resource(1, ByteAmount.FromMegabytes(900), ByteAmount.FromMegabytes(2000));
        var plan = deployment.Plan with { Containers = [.. deployment.Plan.Containers, new ContainerPlan(3, [], larger)] };

        var result = await scheduler.AddContainersAsync(Deployments.Identity, [3], plan, Token);

        Assert.Contains("512 MB of memory, though the new plan needs up to 900 MB", Assert.Single(result.Warnings));
        var added = nomad.Job($"{Deployments.Id}-3")!["TaskGroups"]![0]!;
        Assert.Equal(900, added["Tasks"]![0]!["Resources"]!["MemoryMB"]!.GetValue<int>());
        Assert.Equal(2000, added["EphemeralDisk"]!["SizeMB"]!.GetValue<int>());
        Assert.All(nomad.JobIds, id => Assert.Single(nomad.Allocations(id)));

        var same = await scheduler.AddContainersAsync(Deployments.Identity, [4], deployment.Plan, Token);
        Assert.Empty(same.Warnings);
    }

    [Fact]
    public async Task Disk_is_reserved_only_where_the_operator_says_so()
    {
        await using var nomad = await ScriptedNomad.StartAsync();
        await using var scheduler = Deployments.Scheduler(nomad);
        var deployment = Deployments.Make(1);
        await scheduler.ScheduleAsync(deployment, Token);
        Assert.All(
            nomad.Requests.Where(r => r.Method == "PUT"),
            r => Assert.Null(r.Json["Job"]!["TaskGroups"]![0]!["EphemeralDisk"]));

        var larger = new Resource(1, ByteAmount.FromMegabytes(512), ByteAmount.FromMegabytes(9000));
        var plan = deployment.Plan with { Containers = [.. deployment.Plan.Containers, new ContainerPlan(2, [], larger)] };
        await scheduler.AddContainersAsync(Deployments.Identity, [2], plan, Token);
        Assert.Equal(300, nomad.Job($"{Deployments.Id}-2")!["TaskGroups"]![0]!["EphemeralDisk"]!["SizeMB"]!.GetValue<int>());
    }

    [Fact]
    public async Task A_registration_that_is_carried_out_after_it_was_given_up_is_undone_too()
    {
        await using var nomad = await ScriptedNomad.StartAsync();
        var time = new FakeTimeProvider(DateTimeOffset.UtcNow);
        await using var scheduler = (NomadScheduler)TestParts.Make(
            NomadPart.Scheduler, Deployments.Server(nomad.Uri, [(NomadKeys.Retries, "0")]).Base.Local, time: time);
        var late = nomad.Fault(new() { Kind = NomadFaultKind.Late, Method = "PUT", Times = 1 });
        using var gone = new CancellationTokenSource();
        var submission = scheduler.ScheduleAsync(Deployments.Make(1), gone.Token);
        await late.Met.Task;
        await Poll.UntilAsync(() => nomad.JobIds.Count == 1, "the other registration");
        await gone.CancelAsync();

        // The undo has found what was there, and looks again after a while: meanwhile the late one is carried out.
        await Poll.UntilAsync(() => nomad.JobIds.Count == 0, "the first look of the undo");
        late.Gate.SetResult();
        await Poll.UntilAsync(() => nomad.JobIds.Count == 1, "the late registration");
        await Poll.UntilAsync(
            () =>
            {
                time.Advance(TimeSpan.FromSeconds(1));
                return submission.IsCompleted;
            },
            "the end of the submission");
        await Assert.ThrowsAnyAsync<Exception>(() => submission);
        Assert.Empty(nomad.JobIds);
    }

    [Fact]
    public async Task Undoing_a_submission_of_which_nobody_knows_how_far_it_came_looks_twice()
    {
        await using var nomad = await ScriptedNomad.StartAsync();
        var time = new FakeTimeProvider(DateTimeOffset.UtcNow);
        await using var scheduler = (NomadScheduler)TestParts.Make(
            NomadPart.Scheduler, Deployments.Server(nomad.Uri, []).Base.Local, time: time);
        await scheduler.ScheduleAsync(Deployments.Make(1, null, (NomadKeys.Placement, "off")), Token);
        var job = nomad.Job($"{Deployments.Id}-1")!;
        var undo = scheduler.UndoScheduleAsync(Deployments.Identity, Token);
        await Poll.UntilAsync(() => nomad.JobIds.Count == 0, "the first look");
        nomad.Register(job);
        await Poll.UntilAsync(
            () =>
            {
                time.Advance(TimeSpan.FromSeconds(1));
                return undo.IsCompleted;
            },
            "the second look");
        Assert.Equal(3, await undo);
        Assert.Empty(nomad.JobIds);
    }

    [Fact]
    public async Task Adding_that_fails_half_way_leaves_everything_as_before()
    {
        await using var nomad = await ScriptedNomad.StartAsync();
        await using var scheduler = Deployments.Scheduler(nomad);
        await scheduler.ScheduleAsync(Deployments.Make(2), Token);
        nomad.Fault(new()
        {
            Kind = NomadFaultKind.Answer,
            Method = "PUT",
            BodyContains = $"\"{Deployments.Id}-5\"",
            Status = 500,
            Text = "1 error occurred:\n\t* quota exceeded\n\n",
        });

        var fault = await Assert.ThrowsAnyAsync<HeronException>(
            () => scheduler.AddContainersAsync(Deployments.Identity, [3, 4, 5], Token));

        Assert.Contains("quota exceeded", fault.Message);
        Assert.Equal([0, 1, 2], await scheduler.ListContainersAsync(Deployments.Identity, Token));
        Assert.All(nomad.JobIds, id => Assert.Single(nomad.Allocations(id)));
    }

    [Fact]
    public async Task A_topology_that_is_not_there_cannot_grow()
    {
        await using var nomad = await ScriptedNomad.StartAsync();
        await using var scheduler = Deployments.Scheduler(nomad);

        var fault = await Assert.ThrowsAnyAsync<HeronException>(
            () => scheduler.AddContainersAsync(Deployments.Identity, [1], Token));

        Assert.Equal(FaultKind.Conflict, fault.Kind);
    }

    private static void AssertSameAsBuilt(ScriptedNomad nomad, params int[] containers)
    {
        // A job made from container 2's job differs from it in nothing but the number.
        var pattern = nomad.Job($"{Deployments.Id}-2")!["TaskGroups"]!.ToJsonString();
        foreach (var container in containers)
        {
            Assert.Equal(
                pattern.Replace("word-2", $"word-{container}").Replace("/container-2", $"/container-{container}")
                    .Replace("--shard=2 ", $"--shard={container} ")
                    .Replace("\"HERON_CONTAINER_INDEX\":\"2\"", $"\"HERON_CONTAINER_INDEX\":\"{container}\""),
                nomad.Job($"{Deployments.Id}-{container}")!["TaskGroups"]!.ToJsonString());
        }
    }

    private static JsonNode JavaTask(ScriptedNomad nomad, TopologyIdentity identity, int container) =>
        nomad.Job($"{identity.Id}-{container}")!["TaskGroups"]![0]!["Tasks"]![0]!;

    /// <summary>The jobs that the Java server registered in a recorded case; they lack most of our meta data.</summary>
    private static TopologyIdentity RegisterJavaJobs(
        ScriptedNomad nomad, string reference = "raw-override-file", string name = "syn-3c-10i")
    {
        var submission = ReferenceCase.Read(reference).Submissions.Single();
        foreach (var body in ReferenceCase.Registrations(submission).Take(3))
        {
            nomad.Register(body["Job"]!.DeepClone().AsObject());
        }

        return new TopologyIdentity(
            "nomad", "ads", "devel", name, nomad.JobIds[0][..nomad.JobIds[0].LastIndexOf('-')]);
    }
}
