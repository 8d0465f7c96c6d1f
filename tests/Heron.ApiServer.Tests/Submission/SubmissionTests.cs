// SPDX-License-Identifier: Apache-2.0
using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using Google.Protobuf;
using Heron.ApiServer.Hosting;
using Heron.ApiServer.Tests.Support;
using Heron.Core;
using Heron.Core.Configuration;
using Heron.Core.Scheduling;
using Heron.Core.State;
using Heron.Operations.Deploying;
using Heron.Operations.Journal;
using Heron.Scheduler.Nomad;
using Heron.Testing;
using Heron.Testing.Nomad;
using Heron.Testing.Parts;
using Heron.Testing.Scheduling;
using Microsoft.Extensions.DependencyInjection;

namespace Heron.ApiServer.Tests.Submission;

public sealed class SubmissionTests
{
    [Fact]
    public async Task A_submission_registers_state_schedules_and_announces()
    {
        await using var server = await TestServer.StartAsync();
        var response = await SubmitAsync(server);
        Assert.Equal(HttpStatusCode.Created, response.StatusCode);

        var execution = await server.State.GetExecutionStateAsync("exclamation", default);
        Assert.Equal("alice", execution!.SubmissionUser);
        Assert.Equal("0.20.5-incubating", execution.ReleaseState.ReleaseVersion);
        Assert.NotNull(await server.State.GetSchedulerLocationAsync("exclamation", default));
        var plan = await server.State.GetPackingPlanAsync("exclamation", default);
        Assert.All(plan!.ContainerPlans, c => Assert.NotNull(c.ScheduledResource));
        var deployment = server.Scheduler.Running.Values.Single();
        Assert.Equal("exclamation.jar", deployment.BinaryFileName);
        Assert.Empty(Directory.GetFiles(Path.Join(server.Store, ".server"), "*.json", SearchOption.AllDirectories));
    }

    [Fact]
    public async Task Warnings_of_the_scheduler_are_in_the_answer()
    {
        await using var server = await TestServer.StartAsync();
        server.Scheduler.OnSchedule = (_, _) => Task.FromResult(new ScheduleResult(["container 2 finds no node"]));
        var body = await (await SubmitAsync(server)).Content.ReadFromJsonAsync<JsonElement>();
        Assert.Equal("container 2 finds no node", body.GetProperty("warnings")[0].GetString());
    }

    [Theory]
    [InlineData("python-requests/2.28.1", true, HttpStatusCode.OK)]
    [InlineData("python-requests/2.28.1", false, HttpStatusCode.Created)]
    [InlineData("curl/8.5.0", true, HttpStatusCode.Created)]
    public async Task The_CLI_which_prints_nothing_of_a_201_gets_warnings_in_what_it_prints(string client, bool warns, HttpStatusCode status)
    {
        await using var server = await TestServer.StartAsync();
        server.Scheduler.OnSchedule = (_, _) => Task.FromResult(new ScheduleResult(warns ? ["container 2 finds no node"] : []));
        server.Client.DefaultRequestHeaders.TryAddWithoutValidation("User-Agent", client);
        var response = await SubmitAsync(server);
        var body = await response.Content.ReadFromJsonAsync<JsonElement>();
        Assert.Equal((status, "exclamation", "nomad"), (response.StatusCode, body.GetProperty("name").GetString(), body.GetProperty("cluster").GetString()));
        Assert.NotNull(response.Headers.Location);
        Assert.Equal(
            status == HttpStatusCode.OK ? "WARNING: container 2 finds no node" : null,
            body.TryGetProperty("response", out var printed) ? printed.GetString() : null);
    }

    [Fact]
    public async Task A_server_without_heron_core_refuses_what_could_never_run_and_says_what_to_set()
    {
        await using var server = await TestServer.StartAsync(
            template: Path.Join(Fixtures.RepositoryRoot, "conf", "nomad"),
            withoutCore: true,
            overrides: new Dictionary<string, string> { [OverrideRules.Key] = "default, heron.package.core.uri" });
        var response = await SubmitAsync(server);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, response.StatusCode);
        var message = (await response.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("message").GetString();
        Assert.Contains("--heron-core-package-path", message, StringComparison.Ordinal);
        Assert.Contains("heron.package.core.uri", message, StringComparison.Ordinal);
        Assert.Empty(server.Scheduler.Calls);
        Assert.Empty(server.StoredFiles());

        var fields = Forms.Fields();
        fields["heron.package.core.uri"] = "https://example.org/heron-core.tar.gz";
        Assert.Equal(HttpStatusCode.Created, (await SubmitAsync(server, fields)).StatusCode);
    }

    [Theory]
    [InlineData("heron.nomad.priority", "often")]
    [InlineData("heron.nomad.priority", "0")]
    [InlineData("heron.nomad.driver", "qemu")]
    public async Task A_setting_that_Nomad_could_not_take_is_found_before_anything_is_done_and_by_a_dry_run(string key, string value)
    {
        await using var nomad = await ScriptedNomad.StartAsync();
        var template = new HeronConfig(
        [
            new("heron.nomad.scheduler.uri", nomad.Uri),
            new("heron.nomad.driver", "raw_exec"),
            new("heron.scheduler.local.working.directory", "/var/heron/${TOPOLOGY_ID}"),
        ]);
        await using var server = await TestServer.StartAsync(
            services => services.AddSingleton(_ => TestParts.Make(NomadPart.Scheduler, template)),
            overrides: new Dictionary<string, string> { [OverrideRules.Key] = "*" });
        foreach (var dryRun in new[] { false, true })
        {
            var fields = Forms.Fields();
            fields[key] = value;
            if (dryRun)
            {
                fields["dry_run"] = "true";
            }

            var response = await SubmitAsync(server, fields);
            Assert.Equal(HttpStatusCode.UnprocessableEntity, response.StatusCode);
            Assert.Contains(key, await MessageAsync(response));
        }

        // What asks Nomad how it is, and what it has, asks all the time.
        Assert.All(nomad.Requests, request => Assert.Equal("GET", request.Method));
        Assert.Empty(server.StoredFiles());
        Assert.False(await server.State.IsTopologyRunningAsync("exclamation", default));
    }

    [Theory]
    [InlineData("./checkpoints", "lost at every restart")]
    [InlineData("/var/checkpoints", "another node")]
    public async Task A_stateful_submission_whose_checkpoints_cannot_last_is_warned(string path, string warning)
    {
        var template = Directory.CreateTempSubdirectory("heron-template-").FullName;
        try
        {
            foreach (var file in Directory.GetFiles(Fixtures.Reference("templates", "nomad-raw")))
            {
                var text = File.ReadAllText(file).Replace("./checkpoints", path, StringComparison.Ordinal);
                File.WriteAllText(Path.Join(template, Path.GetFileName(file)), text);
            }

            await using var server = await TestServer.StartAsync(template: template);
            var fields = Forms.Fields();
            fields["name"] = "syn-stateful";
            var response = await server.Client.PostAsync("/api/v1/topologies", Forms.Content(Forms.Submission(
                fields, File.ReadAllBytes(Fixtures.Reference("topologies", "syn-stateful.defn")), "syn-stateful.defn", "topology.jar")));
            Assert.Equal(HttpStatusCode.Created, response.StatusCode);
            var body = await response.Content.ReadFromJsonAsync<JsonElement>();
            Assert.Contains(warning, body.GetProperty("warnings")[0].GetString(), StringComparison.Ordinal);
        }
        finally
        {
            Directory.Delete(template, recursive: true);
        }
    }

    [Theory]
    [InlineData("publish", false)]
    [InlineData("publish", true)]
    [InlineData("register", false)]
    [InlineData("register", true)]
    [InlineData("schedule", false)]
    [InlineData("schedule", true)]
    [InlineData("announce", false)]
    [InlineData("announce", true)]
    public async Task A_failure_at_any_step_before_or_after_its_effect_leaves_nothing_and_names_the_step(string failing, bool after)
    {
        await using var server = await TestServer.StartAsync(replace: s => FailAt(s, failing, after));
        await AssertFailsAndLeavesNothingAsync(server, failing);
    }

    [Fact]
    public async Task Of_many_submissions_of_one_name_at_once_exactly_one_wins()
    {
        await using var server = await TestServer.StartAsync();
        var answers = await Task.WhenAll(Enumerable.Range(0, 8).Select(i =>
        {
            var fields = Forms.Fields();
            fields["environment"] = "env" + i;
            return SubmitAsync(server, fields);
        }));
        Assert.Single(answers, a => a.StatusCode == HttpStatusCode.Created);
        Assert.Equal(7, answers.Count(a => a.StatusCode == HttpStatusCode.Conflict));
        Assert.Single(server.Scheduler.Running);
        Assert.Single(server.StoredFiles(), f => f[0] != '.');
    }

    [Fact]
    public async Task Of_two_servers_that_share_state_exactly_one_wins()
    {
        await using var first = await TestServer.StartAsync();
        await using var second = await TestServer.StartAsync(folder: first.Folder, scheduler: first.Scheduler);
        var answers = await Task.WhenAll(Enumerable.Range(0, 8).Select(i =>
        {
            var fields = Forms.Fields();
            fields["environment"] = "env" + i;
            return SubmitAsync(i % 2 == 0 ? first : second, fields);
        }));
        Assert.Single(answers, a => a.StatusCode == HttpStatusCode.Created);
        Assert.Single(first.Scheduler.Running);
        Assert.Single(first.StoredFiles(), f => f[0] != '.');
    }

    [Fact]
    public async Task A_client_that_leaves_during_the_launch_does_not_stop_it()
    {
        await using var server = await TestServer.StartAsync();
        var held = server.Scheduler.HoldSchedule();
        using var leave = new CancellationTokenSource();
        var submission = server.Client.PostAsync("/api/v1/topologies", Forms.Content(Forms.Submission()), leave.Token);
        await held.Reached;
        await leave.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => submission);
        held.LetGo();
        await Poll.UntilAsync(() => server.Log.Lines.Any(l => l.Contains("launched")), "the launch ends");
        Assert.Single(server.Scheduler.Running);

        // The name is given back a moment after the launch is logged.
        await Poll.UntilAsync(async () => (await SubmitAsync(server)).StatusCode == HttpStatusCode.Created, () => "the name is free again");
    }

    [Fact]
    public async Task What_cannot_be_undone_is_tried_again_until_it_works()
    {
        await using var server = await TestServer.StartAsync();
        var down = true;
        server.Scheduler.OnSchedule = (_, _) => throw new HeronException(FaultKind.Unavailable, "Nomad does not answer");
        server.Scheduler.OnKill = _ => down ? throw new HeronException(FaultKind.Unavailable, "Nomad does not answer") : Task.CompletedTask;

        var response = await SubmitAsync(server);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, response.StatusCode);
        var message = await MessageAsync(response);
        Assert.Contains("'schedule'", message);
        Assert.Contains("Nomad does not answer", message);
        Assert.Contains("keeps trying", message);

        server.Scheduler.OnSchedule = null;
        Assert.Equal(HttpStatusCode.ServiceUnavailable, (await SubmitAsync(server)).StatusCode);
        down = false;
        Assert.Equal(HttpStatusCode.Created, (await SubmitAsync(server)).StatusCode);
        Assert.Single(server.StoredFiles(), f => f[0] != '.');
    }

    [Fact]
    public async Task An_intent_that_a_dead_server_left_is_rolled_back_by_the_next_one()
    {
        var folder = Directory.CreateTempSubdirectory("heron-api-").FullName;
        var scheduler = new FakeScheduler();
        var held = scheduler.HoldSchedule();
        var dead = await TestServer.StartAsync(folder: folder, scheduler: scheduler);
        var submission = SubmitAsync(dead);
        await held.Reached;

        // As if it had died: its lock is free, all else as it was.
        CopyFolder(Path.Join(folder, "store"), Path.Join(folder, "copy", "store"));
        CopyFolder(Path.Join(folder, "state"), Path.Join(folder, "copy", "state"));
        await using (var next = await TestServer.StartAsync(folder: Path.Join(folder, "copy")))
        {
            await Poll.UntilAsync(() => next.StoredFiles().Count == 0, "everything is rolled back");
            Assert.Empty(await next.State.ListTopologiesAsync(default));
            Assert.Equal(HttpStatusCode.Created, (await SubmitAsync(next)).StatusCode);
        }

        held.LetGo();
        (await submission).Dispose();
        await dead.DisposeAsync();
        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public async Task A_kill_that_fails_leaves_the_topology_registered_and_can_be_repeated()
    {
        await using var server = await TestServer.StartAsync();
        await SubmitAsync(server);
        server.Scheduler.OnKill = _ => throw new HeronException(FaultKind.BadGateway, "Nomad says no");
        var failed = await server.Client.DeleteAsync("/api/v1/topologies/nomad/ads/devel/exclamation");
        Assert.Equal(HttpStatusCode.BadGateway, failed.StatusCode);
        Assert.Equal("Nomad says no", await MessageAsync(failed));
        Assert.True(await server.State.IsTopologyRunningAsync("exclamation", default));

        server.Scheduler.OnKill = null;
        Assert.Equal(HttpStatusCode.OK, (await server.Client.DeleteAsync("/api/v1/topologies/nomad/ads/devel/exclamation")).StatusCode);
        Assert.Empty(server.StoredFiles());
    }

    [Fact]
    public async Task A_second_operation_on_a_busy_topology_is_told_who_holds_it()
    {
        await using var server = await TestServer.StartAsync();
        var held = server.Scheduler.HoldSchedule();
        var first = SubmitAsync(server);
        await held.Reached;
        var second = await server.Client.PostAsync("/api/v1/topologies/nomad/ads/devel/exclamation/restart", null);
        Assert.Equal(HttpStatusCode.Conflict, second.StatusCode);
        var message = await MessageAsync(second);
        Assert.Contains("submit by 127.0.0.1 since", message);
        Assert.Contains("DELETE /api/v1/topologies/nomad/ads/devel/exclamation", message);
        held.LetGo();
        Assert.Equal(HttpStatusCode.Created, (await first).StatusCode);
    }

    [Fact]
    public async Task A_kill_ends_a_submission_that_waits_for_its_containers_and_nothing_is_left_of_it()
    {
        await using var server = await TestServer.StartAsync();
        var held = server.Scheduler.HoldSchedule();
        var submission = SubmitAsync(server);
        await held.Reached;

        var killed = await server.Client.DeleteAsync("/api/v1/topologies/nomad/ads/devel/exclamation");

        Assert.Equal(HttpStatusCode.OK, killed.StatusCode);
        var ended = await submission;
        Assert.Equal(HttpStatusCode.Conflict, ended.StatusCode);
        Assert.Contains("submit of 'exclamation' was ended by another request, which took the topology over: kill by 127.0.0.1 since ", await MessageAsync(ended));
        Assert.Empty(server.StoredFiles());
        Assert.Empty(server.Scheduler.Running);
        Assert.Empty(await server.State.ListTopologiesAsync(default));
        server.Scheduler.OnSchedule = null;
        Assert.Equal(HttpStatusCode.Created, (await SubmitAsync(server)).StatusCode);
    }

    [Theory]
    [InlineData("0", "0")]
    [InlineData("2", "2")]
    [InlineData("-1", "all")]
    [InlineData(null, "all")]
    public async Task Restart_takes_one_container_or_all(string? id, string expected)
    {
        await using var server = await TestServer.StartAsync();
        await SubmitAsync(server);
        var form = id is null ? null : new FormUrlEncodedContent([new("container_id", id)]);
        var response = await server.Client.PostAsync("/api/v1/topologies/nomad/ads/devel/exclamation/restart", form);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal("""{"message":"exclamation restarted"}""", await response.Content.ReadAsStringAsync());
        Assert.EndsWith(" " + expected, server.Scheduler.Calls.Last());
    }

    [Fact]
    public async Task A_restart_of_all_makes_containers_again_that_the_scheduler_has_lost_and_says_so()
    {
        await using var server = await TestServer.StartAsync();
        await SubmitAsync(server);
        var identity = server.Scheduler.Running.Values.Single().Identity;
        server.Scheduler.Lose(identity, 0);
        server.Scheduler.Lose(identity, 2);

        var response = await server.Client.PostAsync("/api/v1/topologies/nomad/ads/devel/exclamation/restart", null);

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        var body = await response.Content.ReadFromJsonAsync<JsonElement>();
        Assert.Equal("exclamation restarted", body.GetProperty("message").GetString());
        Assert.Equal(
            "containers 0, 2 were missing in the scheduler, and made again from the packing plan",
            Assert.Single(body.GetProperty("warnings").EnumerateArray()).GetString());
        Assert.Equal([0, 1, 2], await server.Scheduler.ListContainersAsync(identity, default));
    }

    [Fact]
    public async Task A_restart_of_one_container_that_the_plan_has_and_the_scheduler_has_lost_makes_it_again()
    {
        await using var server = await TestServer.StartAsync();
        await SubmitAsync(server);
        var identity = server.Scheduler.Running.Values.Single().Identity;
        server.Scheduler.Lose(identity, 2);

        async Task<HttpResponseMessage> RestartAsync(string id) => await server.Client.PostAsync(
            "/api/v1/topologies/nomad/ads/devel/exclamation/restart", new FormUrlEncodedContent([new("container_id", id)]));

        Assert.Equal(HttpStatusCode.OK, (await RestartAsync("2")).StatusCode);
        Assert.Equal([0, 1, 2], await server.Scheduler.ListContainersAsync(identity, default));
        Assert.Equal(HttpStatusCode.NotFound, (await RestartAsync("7")).StatusCode);
    }

    [Fact]
    public async Task A_restart_of_a_topology_without_any_container_or_plan_says_what_to_do()
    {
        await using var server = await TestServer.StartAsync();
        await SubmitAsync(server);
        var identity = server.Scheduler.Running.Values.Single().Identity;
        File.Delete(Path.Join(server.StateFolder, "packingplans", "exclamation"));
        var half = await server.Client.PostAsync("/api/v1/topologies/nomad/ads/devel/exclamation/restart", null);
        Assert.Equal(HttpStatusCode.OK, half.StatusCode);
        Assert.Contains(
            "no packing plan", (await half.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("warnings")[0].GetString(), StringComparison.Ordinal);

        foreach (var container in new[] { 0, 1, 2 })
        {
            server.Scheduler.Lose(identity, container);
        }

        var none = await server.Client.PostAsync("/api/v1/topologies/nomad/ads/devel/exclamation/restart", null);
        Assert.Equal(HttpStatusCode.NotFound, none.StatusCode);
        Assert.Contains("Kill the topology and submit it again", await MessageAsync(none));
    }

    [Fact]
    public async Task A_restart_whose_body_is_no_form_restarts_nothing()
    {
        await using var server = await TestServer.StartAsync();
        await SubmitAsync(server);
        var response = await server.Client.PostAsJsonAsync(
            "/api/v1/topologies/nomad/ads/devel/exclamation/restart", new Dictionary<string, int> { ["container_id"] = 1 });
        Assert.Equal(HttpStatusCode.UnsupportedMediaType, response.StatusCode);
        Assert.Contains("application/x-www-form-urlencoded", await MessageAsync(response));
        Assert.DoesNotContain(server.Scheduler.Calls, call => call.StartsWith("restart", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_damaged_description_of_another_package_is_logged_and_hinders_nobody()
    {
        var folder = Directory.CreateTempSubdirectory("heron-api-").FullName;
        try
        {
            var damaged = Path.Join(Directory.CreateDirectory(Path.Join(folder, "store", ".meta")).FullName, $"{Guid.NewGuid()}-topology.jar.json");
            await File.WriteAllTextAsync(damaged, "{\"sha256");
            await using var server = await TestServer.StartAsync(folder: folder);
            Assert.Equal(HttpStatusCode.Created, (await SubmitAsync(server)).StatusCode);
            var killed = await server.Client.DeleteAsync("/api/v1/topologies/nomad/ads/devel/exclamation");
            Assert.Equal(HttpStatusCode.OK, killed.StatusCode);
            Assert.Contains(server.Log.Lines, line => line.Contains(".meta/" + Path.GetFileName(damaged), StringComparison.Ordinal));
            Assert.Equal([Path.GetRelativePath(server.Store, damaged)], server.StoredFiles());
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Theory]
    [InlineData("0", true)]
    [InlineData("-1", true)]
    [InlineData("1", false)]
    public async Task Restart_forgets_where_the_topology_manager_was_only_if_it_is_restarted_and_before_it_is(string id, bool forgotten)
    {
        await using var server = await TestServer.StartAsync();
        await SubmitAsync(server);
        var location = Path.Join(server.StateFolder, StatePaths.TManagersDirectory, "exclamation");
        await File.WriteAllTextAsync(location, "before");
        bool? thereDuringRestart = null;
        server.Scheduler.OnRestart = _ =>
        {
            thereDuringRestart = File.Exists(location);
            File.WriteAllText(location, "after");
        };

        var response = await server.Client.PostAsync(
            "/api/v1/topologies/nomad/ads/devel/exclamation/restart", new FormUrlEncodedContent([new("container_id", id)]));

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal(!forgotten, thereDuringRestart);
        Assert.Equal("after", await File.ReadAllTextAsync(location));
    }

    [Theory]
    [InlineData("x")]
    [InlineData("")]
    [InlineData("-2")]
    [InlineData("99999999999")]
    public async Task A_container_that_is_no_number_is_refused(string id)
    {
        await using var server = await TestServer.StartAsync();
        await SubmitAsync(server);
        var response = await server.Client.PostAsync(
            "/api/v1/topologies/nomad/ads/devel/exclamation/restart", new FormUrlEncodedContent([new("container_id", id)]));
        Assert.Equal(HttpStatusCode.UnprocessableEntity, response.StatusCode);
        Assert.Contains("container_id", await MessageAsync(response));
    }

    [Theory]
    [InlineData("restart", "containerid=1", HttpStatusCode.UnprocessableEntity, "the container is the field container_id of the form")]
    [InlineData("restart", "container-id=1", HttpStatusCode.UnprocessableEntity, "the container is the field container_id of the form")]
    [InlineData("restart", "container_id=-1&container_id=1", HttpStatusCode.UnprocessableEntity, "container_id is there 2 times")]
    [InlineData("restart?container_id=1", "", HttpStatusCode.BadRequest, "'container_id' in the address means nothing here: send it as a field of the form")]
    [InlineData("update?dry_run=true", "component_parallelism=word:2", HttpStatusCode.BadRequest, "'dry_run' in the address means nothing here: send it as a field of the form")]
    [InlineData("update", "component_parallelism=word:2&dry-run=true", HttpStatusCode.UnprocessableEntity, "there is no field dry-run: is dry_run meant?")]
    [InlineData("update", "container_number=2&component_paralelism=word:2", HttpStatusCode.UnprocessableEntity, "is component_parallelism meant?")]
    public async Task A_request_of_which_a_field_would_count_for_nothing_does_nothing(string request, string form, HttpStatusCode status, string message)
    {
        await using var server = await TestServer.StartAsync();
        await SubmitAsync(server);
        var before = server.Scheduler.Calls.ToList();
        var response = await server.Client.PostAsync(
            "/api/v1/topologies/nomad/ads/devel/exclamation/" + request,
            new StringContent(form, new MediaTypeHeaderValue("application/x-www-form-urlencoded")));
        Assert.Equal(status, response.StatusCode);
        Assert.Contains(message, await MessageAsync(response));
        Assert.Equal(before, server.Scheduler.Calls);
    }

    [Fact]
    public async Task A_submission_that_is_nearly_a_dry_run_is_none_in_earnest()
    {
        await using var server = await TestServer.StartAsync();
        var fields = Forms.Fields();
        fields["dry-run"] = "True";
        var response = await SubmitAsync(server, fields);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, response.StatusCode);
        Assert.Equal("there is no field dry-run: is dry_run meant?", await MessageAsync(response));
        Assert.Empty(server.Scheduler.Running);
    }

    [Theory]
    [InlineData("role", "a\r\nX: y")]
    [InlineData("role", "../..")]
    [InlineData("role", "$(reboot)")]
    [InlineData("role", "${node.unique.name}")]
    [InlineData("environment", "{{ env \"X\" }}")]
    [InlineData("user", "a;b")]
    public async Task A_name_that_could_hurt_is_refused(string field, string value)
    {
        await using var server = await TestServer.StartAsync();
        var fields = Forms.Fields();
        fields[field] = value;
        var response = await SubmitAsync(server, fields);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, response.StatusCode);
        Assert.All(server.Log.Lines, line => Assert.DoesNotContain('\n', line));
        Assert.Empty(server.Scheduler.Calls);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task An_argument_that_no_node_could_start_the_executor_with_is_refused_and_named(bool dryRun)
    {
        await using var server = await TestServer.StartAsync();
        var topology = Heron.Core.Protobuf.Topology.Parser.ParseFrom(Forms.Definition("exclamation"));
        topology.TopologyConfig.Kvs.Single(kv => kv.Key == "topology.worker.childopts").Value = "-Dlong=" + new string('x', 100_000);
        var fields = Forms.Fields();
        if (dryRun)
        {
            fields["dry_run"] = "";
        }

        var response = await server.Client.PostAsync(
            "/api/v1/topologies", Forms.Content(Forms.Submission(fields, topology.ToByteArray())));
        Assert.Equal(HttpStatusCode.UnprocessableEntity, response.StatusCode);
        Assert.Contains("--instance-jvm-opts would have 133,", await MessageAsync(response), StringComparison.Ordinal);
        Assert.Empty(server.Scheduler.Calls);
        Assert.Empty(server.StoredFiles());
    }

    [Fact]
    public async Task Settings_in_YAML_notation_stay_text()
    {
        await using var server = await TestServer.StartAsync();
        var fields = Forms.Fields();
        fields["my.key"] = "!!python/object:os.system [x]\nheron.class.scheduler: other";
        fields["other: key\n  x"] = "&a [*a]";
        Assert.Equal(HttpStatusCode.Created, (await SubmitAsync(server, fields)).StatusCode);
        Assert.Equal(fields["my.key"], server.Scheduler.Running.Values.Single().Config.Local.GetString("my.key"));
    }

    [Fact]
    public async Task Two_definitions_in_one_form_are_refused()
    {
        await using var server = await TestServer.StartAsync();
        var body = Forms.Body(
            Forms.Fields(),
            ("definition", "filename=\"a.defn\"", Forms.Definition("exclamation")),
            ("definition", "filename=\"b.defn\"", Forms.Definition("exclamation")),
            ("topology", "filename=\"a.jar\"", []));
        var response = await server.Client.PostAsync("/api/v1/topologies", Forms.Content(body));
        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
    }

    [Fact]
    public async Task A_submission_cut_off_anywhere_changes_nothing()
    {
        // Who hangs up does not wait until the server has noticed, so there are soon many in work.
        await using var server = await TestServer.StartAsync(requests: new RequestLimits(ofOne: 10_000, ofAll: 10_000));
        var body = Forms.Submission();
        for (var cut = 0; cut < body.Length - 4; cut += 13)
        {
            var request = Forms.RawPost("/api/v1/topologies", body);
            var response = await server.SendRawAsync(request.AsMemory(0, request.Length - body.Length + cut), halfClose: true);
            Assert.True(response.Status is 400 or 0, $"cut at {cut}: {response.Status} {response.Text}");
        }

        await Poll.UntilAsync(() => server.StoredFiles().Count == 0, "the last workspace is gone");
        Assert.Empty(server.Scheduler.Calls);
    }

    internal static Task<HttpResponseMessage> SubmitAsync(TestServer server, IEnumerable<KeyValuePair<string, string>>? fields = null) =>
        server.Client.PostAsync("/api/v1/topologies", Forms.Content(Forms.Submission(fields)));

    private static async Task AssertFailsAndLeavesNothingAsync(TestServer server, string failing)
    {
        var response = await SubmitAsync(server);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, response.StatusCode);
        var message = await MessageAsync(response);
        Assert.Contains($"'{failing}'", message);
        Assert.Contains("the test says so", message);
        Assert.Empty(server.StoredFiles());
        Assert.Empty(server.Scheduler.Running);
        Assert.Empty(await server.State.ListTopologiesAsync(default));
    }

    private static void FailAt(IServiceCollection services, string name, bool after)
    {
        foreach (var descriptor in services.Where(d => d.ServiceType == typeof(ILaunchStep)).ToList())
        {
            services.Remove(descriptor);
            services.AddSingleton<ILaunchStep>(s =>
            {
                var step = (ILaunchStep)ActivatorUtilities.CreateInstance(s, descriptor.ImplementationType!);
                return step.Name == name ? new FailingStep(step, after) : step;
            });
        }
    }

    private static async Task<string> MessageAsync(HttpResponseMessage response) =>
        (await response.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("message").GetString()!;

    private static void CopyFolder(string from, string to)
    {
        Directory.CreateDirectory(to);
        foreach (var folder in Directory.GetDirectories(from, "*", SearchOption.AllDirectories))
        {
            Directory.CreateDirectory(Path.Join(to, Path.GetRelativePath(from, folder)));
        }

        foreach (var file in Directory.GetFiles(from, "*", SearchOption.AllDirectories)
            .Where(f => Path.GetFileName(f) != "lock" && !StoreFiles.IsOfAMoment(f)))
        {
            File.Copy(file, Path.Join(to, Path.GetRelativePath(from, file)));
        }
    }

    private sealed class FailingStep(ILaunchStep step, bool after) : ILaunchStep
    {
        public string Name => step.Name;

        public async Task RunAsync(Launch launch, CancellationToken cancellationToken)
        {
            if (after)
            {
                await step.RunAsync(launch, cancellationToken);
            }

            throw new HeronException(FaultKind.Unavailable, "the test says so");
        }

        public bool EndsContainers => step.EndsContainers;

        public bool IsUndoneInStore => step.IsUndoneInStore;

        public Task UndoAsync(DeploymentIntent intent, CancellationToken cancellationToken) => step.UndoAsync(intent, cancellationToken);
    }
}
