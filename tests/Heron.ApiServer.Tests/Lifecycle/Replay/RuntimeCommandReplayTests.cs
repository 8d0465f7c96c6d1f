// SPDX-License-Identifier: Apache-2.0
using System.Text.Json;
using Heron.Core.Protobuf;
using Heron.Operations.Update;
using Heron.StandInCore;
using Heron.StandInCore.State;
using Heron.StandInCore.Streams;

namespace Heron.ApiServer.Tests.Lifecycle.Replay;

/// <summary>The recorded commands on running topologies, sent to the whole server; status codes are better than 500 here.</summary>
public sealed class RuntimeCommandReplayTests
{
    [Fact]
    public async Task Commands_on_a_topology_that_does_not_exist_answer_404_with_the_message_of_the_reference()
    {
        var recorded = RecordedLife.Read("state", "localfs", "runtime-commands-unknown.json");
        await using var server = await ReplayServer.StartAsync(recorded.Template);
        foreach (var step in recorded.Steps)
        {
            Assert.Equal((404, step.Message), await SendAsync(server, step));
        }
    }

    [Fact]
    public async Task Updates_that_the_reference_refuses_are_refused_with_its_messages()
    {
        var recorded = RecordedLife.Read("state", "localfs", "update-errors.json");
        await using var server = await ReplayServer.StartAsync(recorded.Template);
        await SubmitAsync(server, recorded.Steps[0]);
        foreach (var step in recorded.Steps.Skip(1).Where(s => s.Operation == "update" && !DiffersOnPurpose(s)))
        {
            Assert.Equal((422, step.Message), await SendAsync(server, step));
        }
    }

    [Fact]
    public async Task Activate_and_deactivate_ask_the_manager_as_the_reference_does()
    {
        var recorded = RecordedLife.Read("state", "localfs", "activate-deactivate.json");
        await using var server = await ReplayServer.StartAsync(recorded.Template);
        using var manager = new ScriptedManager();
        await using var core = new LocalCoreState(server.StateFolder, new StandInSettings());
        manager.OnRequest = target => SetStateAsync(
            server, core, "exclamation", target.StartsWith("/activate", StringComparison.Ordinal) ? TopologyState.Running : TopologyState.Paused);
        foreach (var step in recorded.Steps.TakeWhile(s => s.Operation != "restart"))
        {
            manager.Requests.Clear();
            manager.Status = step.ManagerStatus;
            if (step.Operation == "submit")
            {
                await SubmitAsync(server, step);
            }
            else if (step.Operation == "put_state")
            {
                await PutStateAsync(server, core, step, manager.Port);
            }
            else
            {
                var (status, message) = await SendAsync(server, step);
                Assert.StartsWith(step.Message!, message, StringComparison.Ordinal);
                Assert.Equal(StatusOf(step), status);
                Assert.Equal(step.ManagerRequests, manager.Requests);
            }
        }
    }

    [Fact]
    public async Task An_update_in_place_stores_the_same_bytes_and_asks_the_manager_as_the_reference_does()
    {
        var recorded = RecordedLife.Read("state", "localfs", "update-in-place.json");
        await using var server = await ReplayServer.StartAsync(recorded.Template);
        using var manager = new ScriptedManager();
        await using var core = new LocalCoreState(server.StateFolder, new StandInSettings());
        await SubmitAsync(server, recorded.Steps[0]);
        await PutStateAsync(server, core, recorded.Steps[1], manager.Port);
        manager.OnRequest = target => SetStateAsync(
            server, core, "syn-2c-5i", target.StartsWith("/activate", StringComparison.Ordinal) ? TopologyState.Running : TopologyState.Paused);
        using var over = new CancellationTokenSource();
        var following = FollowPlanAsync(server, core, "syn-2c-5i", over.Token);

        var step = recorded.Steps[2];
        Assert.Equal((200, step.Message), await SendAsync(server, step));
        await over.CancelAsync();
        await Task.WhenAny(following);

        Assert.Equal(step.ManagerRequests, manager.Requests);
        Assert.Equal(
            step.Node("packingplans", "syn-2c-5i"),
            await File.ReadAllBytesAsync(Path.Join(server.StateFolder, "packingplans", "syn-2c-5i")));
    }

    private static async Task<(int Status, string? Message)> SendAsync(ReplayServer server, RecordedStep step)
    {
        using var answer = await server.SendAsync(step);
        var body = JsonDocument.Parse(await answer.Content.ReadAsStringAsync()).RootElement;
        return ((int)answer.StatusCode, body.GetProperty("message").GetString());
    }

    private static async Task SubmitAsync(ReplayServer server, RecordedStep step)
    {
        using var answer = await server.SendAsync(step);
        Assert.Equal(201, (int)answer.StatusCode);
    }

    private static int StatusOf(RecordedStep step) => step switch
    {
        { Status: 200 } => 200,
        _ when step.Message!.StartsWith("Non OK HTTP response", StringComparison.Ordinal) => 502,
        _ when step.Message!.StartsWith("cluster/role/environ does not match", StringComparison.Ordinal) => 409,
        _ => 503,
    };

    // Not recorded alike on purpose: scaling that the reference cannot do, both changes at once, settings that it drops,
    // and a number that it refuses with Java's words.
    private static bool DiffersOnPurpose(RecordedStep step)
    {
        var keys = step.Parameters.Select(p => p.Key).ToHashSet();
        return (keys.Contains("container_number") && keys.Contains("component_parallelism"))
            || keys.Contains("runtime_config")
            || step.Parameters.Any(p => p.Value == "abc");
    }

    private static async Task PutStateAsync(ReplayServer server, LocalCoreState core, RecordedStep step, int port)
    {
        var name = step.Text("topology")!;
        if (step.Text("physical_plan_state") is { } state)
        {
            var packing = (await server.State.GetPackingPlanAsync(name, CancellationToken.None))!;
            await core.SetPhysicalPlanAsync(
                await PlanAsync(server, name, packing, Enum.Parse<TopologyState>(state, ignoreCase: true)), CancellationToken.None);
        }

        if (step.Text("topology_id") is { } id)
        {
            await core.PublishLocationAsync(
                new TManagerLocation
                {
                    TopologyName = name,
                    TopologyId = id,
                    Host = "127.0.0.1",
                    ControllerPort = port,
                    ServerPort = 1,
                },
                CancellationToken.None);
        }
    }

    private static async Task SetStateAsync(ReplayServer server, LocalCoreState core, string name, TopologyState state)
    {
        var plan = (await server.State.GetPhysicalPlanAsync(name, CancellationToken.None))!.Clone();
        plan.Topology.State = state;
        await core.SetPhysicalPlanAsync(plan, CancellationToken.None);
    }

    /// <summary>Writes a new physical plan, still paused, when the packing plan changes.</summary>
    private static async Task FollowPlanAsync(ReplayServer server, LocalCoreState core, string name, CancellationToken cancellationToken)
    {
        await core.WaitForOtherPlanAsync(
            name, await server.State.GetPackingPlanAsync(name, cancellationToken), cancellationToken);
        var packing = (await server.State.GetPackingPlanAsync(name, cancellationToken))!;
        await core.SetPhysicalPlanAsync(await PlanAsync(server, name, packing, TopologyState.Paused), cancellationToken);
    }

    private static async Task<PhysicalPlan> PlanAsync(ReplayServer server, string name, PackingPlan packing, TopologyState state)
    {
        var plan = new PhysicalPlan { Topology = (await server.State.GetTopologyAsync(name, CancellationToken.None))! };
        plan.Topology.State = state;
        foreach (var registration in packing.ContainerPlans.Select(c => StreamRegistration.Of(c, 1, 1)))
        {
            plan.Stmgrs.Add(registration.Manager);
            plan.Instances.AddRange(registration.Instances);
        }

        Assert.True(plan.IsMadeFrom(packing));
        return plan;
    }
}
