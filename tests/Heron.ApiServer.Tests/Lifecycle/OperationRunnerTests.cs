// SPDX-License-Identifier: Apache-2.0
using Heron.ApiServer.Tests.Lifecycle.World;
using Heron.Core;
using Heron.Operations;
using Heron.Operations.Exclusion;
using Heron.Operations.Running;
using Heron.Operations.Journal;
using Heron.Testing;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging.Abstractions;

namespace Heron.ApiServer.Tests.Lifecycle;

public sealed class OperationRunnerTests
{
    private static readonly Caller Caller = new("127.0.0.1");
    private static readonly OperationKind Update = new("update", GivesWay: true);
    private static readonly OperationKind Restart = new("restart");
    private static readonly OperationKind Kill = new("kill", TakesOver: true);

    [Fact]
    public async Task An_operation_outlives_its_client()
    {
        await using var world = await TopologyWorld.StartAsync(withManager: false);
        using var host = new StoppableHost();
        using var lifetime = new OperationLifetime(host);
        using var client = new CancellationTokenSource();

        var done = await RunnerOf(world, lifetime).RunAsync(Update, Caller, PathOf(world), async (_, token) =>
        {
            await client.CancelAsync();
            return !token.IsCancellationRequested;
        }, client.Token);

        Assert.True(done);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Who_names_another_place_does_not_hold_the_topology_for_a_moment(bool kills)
    {
        await using var world = await TopologyWorld.StartAsync(withManager: false);
        using var host = new StoppableHost();
        using var lifetime = new OperationLifetime(host);
        var gate = new OperationGate(TimeProvider.System);
        await Poll.UntilAsync(() => world.State.View.GetAsync(CancellationToken.None).AsTask().IsCompletedSuccessfully, "the view knows what there is");
        await using var held = await gate.EnterAsync(PathOf(world), Update, Caller, TestContext.Current.CancellationToken);
        held.LetGiveWay();

        var elsewhere = PathOf(world) with { Role = "nobody" };
        var refused = await Assert.ThrowsAsync<ElsewhereException>(() => RunnerOf(world, lifetime, gate).RunAsync(
            kills ? Kill : Restart, Caller, elsewhere, (_, _) => Task.FromResult(true), CancellationToken.None));

        Assert.Equal(PathOf(world), refused.Place);
        Assert.False(held.GiveWay.IsCancellationRequested);
    }

    [Fact]
    public async Task An_operation_whose_client_has_left_gives_way_to_the_next_request()
    {
        await using var world = await TopologyWorld.StartAsync(withManager: false);
        using var host = new StoppableHost();
        using var lifetime = new OperationLifetime(host);
        var gate = new OperationGate(TimeProvider.System);
        using var client = new CancellationTokenSource();
        var waiting = new TaskCompletionSource();
        var update = RunnerOf(world, lifetime, gate).RunAsync(Update, Caller, PathOf(world), async (_, token) =>
        {
            waiting.SetResult();
            await Task.Delay(Timeout.Infinite, token);
            return true;
        }, client.Token);
        await waiting.Task;

        await Assert.ThrowsAsync<HeronException>(
            () => gate.EnterAsync(PathOf(world), Restart, Caller, TestContext.Current.CancellationToken));
        await client.CancelAsync();
        await using var restart = await gate.EnterAsync(PathOf(world), Restart, Caller, TestContext.Current.CancellationToken);

        Assert.Equal("restart", restart.Holder.Operation);
        var gaveWay = await Assert.ThrowsAsync<HeronException>(() => update);
        Assert.StartsWith(
            "update of 'syn-2c-5i' was ended by another request, which took the topology over: restart by 127.0.0.1 since ",
            gaveWay.Message,
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task An_operation_that_a_kill_ends_tells_its_client_so_however_it_fails(bool failsOtherwise)
    {
        await using var world = await TopologyWorld.StartAsync(withManager: false);
        using var host = new StoppableHost();
        using var lifetime = new OperationLifetime(host);
        var gate = new OperationGate(TimeProvider.System);
        var waiting = new TaskCompletionSource();
        var restart = RunnerOf(world, lifetime, gate).RunAsync(Restart, Caller, PathOf(world), async (_, token) =>
        {
            waiting.SetResult();
            await Task.Delay(Timeout.Infinite, token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (failsOtherwise)
            {
                throw new HeronException(FaultKind.BadGateway, "half restarted");
            }

            token.ThrowIfCancellationRequested();
            return true;
        }, CancellationToken.None);
        await waiting.Task;

        await using var kill = await gate.EnterAsync(PathOf(world), Kill, Caller, TestContext.Current.CancellationToken);

        var ended = await Assert.ThrowsAsync<HeronException>(() => restart);
        Assert.Equal(FaultKind.Conflict, ended.Kind);
        Assert.StartsWith(
            "restart of 'syn-2c-5i' was ended by another request, which took the topology over: kill by 127.0.0.1 since ",
            ended.Message,
            StringComparison.Ordinal);
        Assert.Equal(failsOtherwise, ended.Message.EndsWith("It was at this: half restarted", StringComparison.Ordinal));
    }

    [Fact]
    public async Task An_operation_that_the_end_of_the_server_cuts_off_answers_503_and_gives_the_topology_back()
    {
        await using var world = await TopologyWorld.StartAsync(withManager: false);
        using var host = new StoppableHost();
        using var lifetime = new OperationLifetime(host, TimeSpan.FromMilliseconds(50));
        var gate = new OperationGate(TimeProvider.System);

        var cutOff = await Assert.ThrowsAsync<HeronException>(() => RunnerOf(world, lifetime, gate).RunAsync(
            Update,
            Caller,
            PathOf(world),
            async (_, token) =>
            {
                host.StopApplication();
                await Task.Delay(Timeout.Infinite, token);
                return true;
            },
            CancellationToken.None));

        Assert.Equal(FaultKind.Unavailable, cutOff.Kind);
        Assert.StartsWith("The server is stopping, so update of 'syn-2c-5i' was cut off", cutOff.Message, StringComparison.Ordinal);
        Assert.Null(await gate.HolderOfAsync("syn-2c-5i", CancellationToken.None));
    }

    [Fact]
    public async Task A_topology_of_another_role_is_refused_and_not_held()
    {
        await using var world = await TopologyWorld.StartAsync(withManager: false);
        using var host = new StoppableHost();
        using var lifetime = new OperationLifetime(host);
        var gate = new OperationGate(TimeProvider.System);

        var refused = await Assert.ThrowsAsync<ElsewhereException>(() => RunnerOf(world, lifetime, gate).RunAsync(
            Update, Caller, PathOf(world) with { Role = "nobody" }, (_, _) => Task.FromResult(true), CancellationToken.None));

        Assert.Equal(FaultKind.Conflict, refused.Kind);
        Assert.Equal(
            "cluster/role/environ does not match. Topology 'syn-2c-5i' is running at nomad/ads/devel, not nomad/nobody/devel",
            refused.Message);
        Assert.Null(await gate.HolderOfAsync("syn-2c-5i", CancellationToken.None));
    }

    private static OperationRunner RunnerOf(TopologyWorld world, OperationLifetime lifetime, OperationGate? gate = null)
    {
        gate ??= new OperationGate(TimeProvider.System);
        return new OperationRunner(
            gate,
            new Recovery(world.Journal, [], gate, TimeProvider.System, NullLogger<Recovery>.Instance),
            new RunningTopologies(world.State),
            new TakenBack(world.Scheduler, world.State, TimeProvider.System, NullLogger<TakenBack>.Instance),
            lifetime,
            [],
            TimeProvider.System);
    }

    private static TopologyAddress PathOf(TopologyWorld world) =>
        new(world.Identity.Cluster, world.Identity.Role, world.Identity.Environment, world.Identity.Name);

    private sealed class StoppableHost : IHostApplicationLifetime, IDisposable
    {
        private readonly CancellationTokenSource _stopping = new();

        public CancellationToken ApplicationStarted => CancellationToken.None;

        public CancellationToken ApplicationStopping => _stopping.Token;

        public CancellationToken ApplicationStopped => CancellationToken.None;

        public void StopApplication() => _stopping.Cancel();

        public void Dispose() => _stopping.Dispose();
    }
}
