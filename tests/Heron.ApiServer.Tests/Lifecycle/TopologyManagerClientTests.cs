// SPDX-License-Identifier: Apache-2.0
using System.Net;
using System.Net.Sockets;
using Heron.ApiServer.Tests.Lifecycle.World;
using Heron.Core;
using Heron.Core.Protobuf;
using Heron.Operations.Activation;
using Heron.Testing;
using Heron.Testing.Daemons;
using Heron.Testing.ZooKeeper;

namespace Heron.ApiServer.Tests.Lifecycle;

public sealed class TopologyManagerClientTests
{
    [Fact]
    public async Task Nobody_listening_is_unavailable_with_the_address()
    {
        await using var world = await TopologyWorld.StartAsync(withManager: false);
        var port = Loopback.FreePorts(1)[0];
        await PublishAsync(world, "127.0.0.1", port);

        var refused = await Assert.ThrowsAnyAsync<HeronException>(
            () => world.Client.ActivateAsync("syn-2c-5i", CancellationToken.None));

        Assert.Equal(FaultKind.Unavailable, refused.Kind);
        Assert.StartsWith(
            $"Failed to receive HTTP response from TManager using command: `activate`: 127.0.0.1:{port}: ",
            refused.Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_manager_that_never_answers_is_given_up_at_the_limit()
    {
        await using var world = await TopologyWorld.StartAsync(withManager: false);
        using var silent = new TcpListener(IPAddress.Loopback, 0);
        silent.Start();
        await PublishAsync(world, "127.0.0.1", ((IPEndPoint)silent.LocalEndpoint).Port);

        var refused = await Assert.ThrowsAnyAsync<HeronException>(
            () => world.ClientWith(TimeProvider.System, TimeSpan.FromSeconds(0.2)).ActivateAsync("syn-2c-5i", CancellationToken.None));

        Assert.Equal(FaultKind.Unavailable, refused.Kind);
        Assert.Contains("it gave no answer within 0.2 s", refused.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("a b/../c")]
    [InlineData("")]
    public async Task A_location_that_is_no_address_is_a_bad_gateway(string host)
    {
        await using var world = await TopologyWorld.StartAsync(withManager: false);
        await PublishAsync(world, host, 80);

        var refused = await Assert.ThrowsAnyAsync<HeronException>(
            () => world.Client.ActivateAsync("syn-2c-5i", CancellationToken.None));

        Assert.Equal(FaultKind.BadGateway, refused.Kind);
    }

    [Fact]
    public async Task A_cancelled_request_is_cancelled_and_no_timeout()
    {
        await using var world = await TopologyWorld.StartAsync(withManager: false);
        using var silent = new TcpListener(IPAddress.Loopback, 0);
        silent.Start();
        await PublishAsync(world, "127.0.0.1", ((IPEndPoint)silent.LocalEndpoint).Port);
        using var gone = new CancellationTokenSource();

        var request = world.Client.ActivateAsync("syn-2c-5i", gone.Token);
        using var accepted = await silent.AcceptTcpClientAsync();
        await gone.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => request);
    }

    [Fact]
    public async Task A_manager_that_says_to_be_where_the_scheduler_runs_nothing_is_not_called()
    {
        await using var world = await TopologyWorld.StartAsync(withManager: false);
        await PublishAsync(world, "127.0.0.2", 8000);

        var refused = await Assert.ThrowsAnyAsync<HeronException>(
            () => world.Client.ActivateAsync("syn-2c-5i", CancellationToken.None));

        Assert.Equal(FaultKind.BadGateway, refused.Kind);
        Assert.Equal(
            "The topology manager of syn-2c-5i is said to be on 127.0.0.2, which is no node where the scheduler runs its container; it was not called",
            refused.Message);
    }

    [Fact]
    public async Task What_a_manager_says_that_is_not_its_own_is_not_passed_on()
    {
        await using var world = await TopologyWorld.StartAsync(withManager: false);
        await using var server = new ScriptedDaemon(request =>
            request.Target.StartsWith("/get_current", StringComparison.Ordinal)
                ? ScriptedDaemon.Text(200, "")
                : ScriptedDaemon.Text(400, "<html>secret of another server</html>"));
        await PublishAsync(world, "127.0.0.1", server.Port);

        var refused = await Assert.ThrowsAnyAsync<HeronException>(
            () => world.Client.DeactivateAsync("syn-2c-5i", CancellationToken.None));

        Assert.Equal("Non OK HTTP response 400 from TManager for command deactivate", refused.Message);
    }

    [Fact]
    public async Task A_manager_is_asked_for_a_change_only_when_it_knows_its_plan_since_it_dies_otherwise()
    {
        await using var world = await TopologyWorld.StartAsync(withManager: false);
        var known = new TaskCompletionSource();
        world.PlanIsKnown = known.Task;
        world.StartManager();
        await world.State.WaitForPhysicalPlanAsync("syn-2c-5i", p => p is not null, Poll.Limit, CancellationToken.None);

        var changing = world.States.DeactivateAsync("syn-2c-5i", CancellationToken.None);
        await Poll.UntilAsync(() => world.ManagerRequests.Count >= 2, "the manager being asked for its plan");
        Assert.All(world.ManagerRequests, r => Assert.StartsWith("/get_current_physical_plan", r, StringComparison.Ordinal));
        known.SetResult();

        Assert.Equal(StateChange.Changed, await changing);
        Assert.Equal(0, world.ManagerCrashes);
    }

    [Fact]
    public async Task A_manager_that_tells_no_plan_because_a_container_is_away_is_asked_all_the_same()
    {
        await using var world = await TopologyWorld.StartAsync();
        await using var server = new ScriptedDaemon(request =>
            request.Target.StartsWith("/get_current", StringComparison.Ordinal)
                ? ScriptedDaemon.Text(400, "")
                : ScriptedDaemon.Text(200, "Topology successfully deactivated"));
        await PublishAsync(world, "127.0.0.1", server.Port);

        await world.ClientWith(new HastyTime(60)).DeactivateAsync("syn-2c-5i", CancellationToken.None);

        Assert.StartsWith("/deactivate?topologyid=", server.Requests[^1].Target, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_manager_that_has_no_plan_is_never_asked_for_a_change()
    {
        await using var world = await TopologyWorld.StartAsync(withManager: false);
        await using var server = new ScriptedDaemon(_ => ScriptedDaemon.Text(400, ""));
        await PublishAsync(world, "127.0.0.1", server.Port);

        var refused = await Assert.ThrowsAnyAsync<HeronException>(
            () => world.ClientWith(new HastyTime(60)).ActivateAsync("syn-2c-5i", CancellationToken.None));

        Assert.Equal(FaultKind.Unavailable, refused.Kind);
        Assert.All(server.Requests, r => Assert.StartsWith("/get_current_physical_plan", r.Target, StringComparison.Ordinal));
    }

    /// <summary>A clock that runs so many times faster.</summary>
    private sealed class HastyTime(int factor) : TimeProvider
    {
        public override long GetTimestamp() => base.GetTimestamp() * factor;
    }

    private static Task PublishAsync(TopologyWorld world, string host, int port) =>
        world.PublishAsync(new TManagerLocation
        {
            TopologyName = "syn-2c-5i",
            TopologyId = world.Identity.Id,
            Host = host,
            ControllerPort = port,
            ServerPort = 1,
        });
}
