// SPDX-License-Identifier: Apache-2.0
using System.Text.Json;
using System.Text.Json.Nodes;
using Heron.Core;
using Heron.Core.Packing;
using Heron.Scheduler.Nomad.Model;
using Heron.Scheduler.Nomad.Placement;
using Heron.Scheduler.Nomad.Tests.Support;
using Heron.Testing;
using Heron.Testing.Nomad;

namespace Heron.Scheduler.Nomad.Tests;

/// <summary>What Nomad says after it has accepted a job reaches the user in plain words.</summary>
public sealed class PlacementTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("no such datacenter", "no node of datacenter dc9 takes containers: there is none, or all are down, drained or not eligible (nomad node status lists them; heron.nomad.datacenters names the datacenter)")]
    [InlineData("datacenters [\"*\"] on 1.0", "no node of datacenter * takes containers: there is none, or all are down, drained or not eligible (nomad node status lists them; heron.nomad.datacenters names the datacenter)")]
    [InlineData("memory too big", "memory is exhausted on 1 node (a container asks for 2048 MB)")]
    [InlineData("ephemeral disk too big", "disk is exhausted on 1 node (a container asks for 3000 MB)")]
    [InlineData("cpu too big", "cpu is exhausted on 1 node (a container asks for 4000 MHz)")]
    [InlineData(
        "unknown driver",
        "1 node cannot run the driver raw_exec (switch raw_exec on in the plugin settings of the Nomad clients, or change heron.nomad.driver)")]
    public void Recorded_evaluations_are_explained(string title, string text)
    {
        var evaluation = Recorded(title)["evaluation"]!.AsObject();
        evaluation["ID"] = "1";
        var asked = new AskedResources(
            evaluation["FailedTGAllocs"]!["B-0"]!["NodesAvailable"]!.AsObject().Single().Key, "raw_exec", 4000, 2048, 3000);
        var failure = evaluation.Deserialize(NomadJson.Default.NomadEvaluation)!.FailedTGAllocs!.Values.Single()!;

        Assert.Equal(text, PlacementText.Explain(asked, failure));
    }

    [Theory]
    [InlineData("no command", "The argument \"command\" is required")]
    [InlineData("template syntax error", "function \"nope\" not defined")]
    [InlineData("interpolation in args, unknown name", "There is no variable named \"unknownvar\"")]
    public void Recorded_failures_of_tasks_are_explained(string title, string part)
    {
        var recorded = Recorded(title)["allocations"]![0]!;
        var state = recorded["states"]!.AsObject().Single().Value!;
        var text = AllocationText.Failure(new NomadTaskState
        {
            Failed = state["Failed"]!.GetValue<bool>(),
            Events =
            [
                .. state["Events"]!.AsArray().Select(e => new NomadTaskEvent
                {
                    Type = e![0]!.GetValue<string>(), DisplayMessage = e[1]!.GetValue<string>(),
                }),
            ],
        });

        Assert.Contains(part, text);
    }

    [Fact]
    public void Containers_are_shown_as_ranges()
    {
        Assert.Equal("container 4", PlacementText.Containers([4]));
        Assert.Equal("containers 0-2, 5, 7-8", PlacementText.Containers([8, 0, 2, 1, 5, 7]));
    }

    [Fact]
    public async Task A_datacenter_without_nodes_is_a_warning_and_the_jobs_stay()
    {
        await using var nomad = await ScriptedNomad.StartAsync(new() { PendingReads = 2 });
        await using var scheduler = Deployments.Scheduler(nomad);

        var result = await scheduler.ScheduleAsync(Deployments.Make(3, null, (NomadKeys.Datacenters, "dc9")), Token);

        Assert.Equal(
            "containers 0-3 cannot run yet: no node of datacenter dc9 takes containers: there is none, or all are down, drained or not eligible (nomad node status lists them; heron.nomad.datacenters names the datacenter)",
            Assert.Single(result.Warnings));
        Assert.Equal(4, nomad.JobIds.Count);
    }

    [Fact]
    public async Task Exhausted_memory_names_the_nodes_and_what_was_asked_for()
    {
        await using var nomad = await ScriptedNomad.StartAsync(new() { NodeMemoryMb = 100, Nodes = 7 });
        await using var scheduler = Deployments.Scheduler(nomad);

        var result = await scheduler.ScheduleAsync(Deployments.Make(1), Token);

        Assert.Contains("memory is exhausted on 7 nodes (a container asks for 512 MB)", Assert.Single(result.Warnings));
    }

    [Fact]
    public async Task With_require_the_submission_is_undone()
    {
        await using var nomad = await ScriptedNomad.StartAsync(new() { Drivers = ["docker"] });
        await using var scheduler = Deployments.Scheduler(nomad);

        var fault = await Assert.ThrowsAnyAsync<HeronException>(
            () => scheduler.ScheduleAsync(Deployments.Make(2, null, (NomadKeys.Placement, "require")), Token));

        Assert.Equal(FaultKind.Unavailable, fault.Kind);
        Assert.Contains("cannot run the driver raw_exec", fault.Message);
        Assert.Empty(nomad.JobIds);
    }

    [Fact]
    public async Task Containers_that_an_update_adds_without_a_place_are_taken_back_with_the_reason_unless_told_otherwise()
    {
        await using var nomad = await ScriptedNomad.StartAsync(new() { NodeMemoryMb = 1000 });
        var deployment = Deployments.Make(3);
        var large = new Resource(1, ByteAmount.FromMegabytes(2048), ByteAmount.FromMegabytes(1024));
        var plan = new PackingPlan(deployment.Identity.Id, [new ContainerPlan(4, [new InstancePlan("word", 4, 3, large)], large)]);
        await using (var scheduler = Deployments.Scheduler(nomad))
        {
            await scheduler.ScheduleAsync(deployment, Token);

            var fault = await Assert.ThrowsAnyAsync<HeronException>(
                () => scheduler.AddContainersAsync(deployment.Identity, [4, 5], plan, Token));

            Assert.Equal(FaultKind.Unavailable, fault.Kind);
            Assert.Contains("memory is exhausted on 1 node (a container asks for 2048 MB)", fault.Message, StringComparison.Ordinal);
            Assert.Contains("heron.nomad.update.placement", fault.Message, StringComparison.Ordinal);
            Assert.Equal(4, nomad.JobIds.Count);
        }

        await using var patient = Deployments.Scheduler(nomad, (NomadKeys.UpdatePlacement, "warn"));
        var result = await patient.AddContainersAsync(deployment.Identity, [4, 5], plan, Token);
        Assert.Contains("memory is exhausted", result.Warnings[0], StringComparison.Ordinal);
        Assert.Equal(6, nomad.JobIds.Count);
    }

    [Fact]
    public async Task With_off_nobody_looks()
    {
        await using var nomad = await ScriptedNomad.StartAsync(new() { Drivers = ["docker"] });
        await using var scheduler = Deployments.Scheduler(nomad);

        var result = await scheduler.ScheduleAsync(Deployments.Make(2, null, (NomadKeys.Placement, "off")), Token);

        Assert.Empty(result.Warnings);
        Assert.All(nomad.Requests, r => Assert.True(r.Registers));
    }

    [Fact]
    public async Task A_scheduler_that_never_decides_is_waited_for_only_so_long()
    {
        await using var nomad = await ScriptedNomad.StartAsync(new() { Drivers = ["docker"], PendingReads = int.MaxValue });
        await using var scheduler = Deployments.Scheduler(nomad);

        var result = await scheduler.ScheduleAsync(Deployments.Make(1, null, (NomadKeys.PlacementWait, "1")), Token);

        Assert.Contains("has not decided within 1 s", Assert.Single(result.Warnings));
    }

    [Fact]
    public async Task Placements_that_cannot_be_read_are_no_reason_to_fail()
    {
        await using var nomad = await ScriptedNomad.StartAsync();
        nomad.Fault(new() { Kind = NomadFaultKind.Answer, Method = "GET", Status = 403, Text = "Permission denied" });
        await using var scheduler = Deployments.Scheduler(nomad);

        var result = await scheduler.ScheduleAsync(Deployments.Make(1), Token);

        Assert.Contains("Permission denied", Assert.Single(result.Warnings));
        Assert.Equal(2, nomad.JobIds.Count);
    }

    [Fact]
    public async Task Placed_jobs_are_settled_by_one_list()
    {
        await using var nomad = await ScriptedNomad.StartAsync();
        await using var scheduler = Deployments.Scheduler(nomad);

        await scheduler.ScheduleAsync(Deployments.Make(20), Token);

        Assert.Single(nomad.Requests, r => r.Method == "GET");
    }

    private static JsonNode Recorded(string title) =>
        JsonNode.Parse(File.ReadAllText(Fixtures.File("nomad", "recorded", "accepted-but-broken.json")))!["exchanges"]!
            .AsArray().Single(e => e!["title"]!.GetValue<string>() == title)!;
}
