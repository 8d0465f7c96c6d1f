// SPDX-License-Identifier: Apache-2.0
using Heron.Core;
using Heron.Core.Scheduling;
using Heron.Core.Topologies;
using Xunit;

namespace Heron.Testing.Scheduling;

/// <summary>A place with a scheduler in it, for the tests that all schedulers pass.</summary>
public interface ISchedulerStage : IAsyncDisposable
{
    /// <summary>A scheduler of a server that starts now; earlier ones of the stage have ended before.</summary>
    Task<IScheduler> OpenAsync();

    /// <summary>A deployment with so many containers besides container 0.</summary>
    TopologyDeployment Deployment(string name, int containers, string role = "ops");

    /// <summary>Waits until exactly these containers run, whatever the scheduler says of it.</summary>
    Task RunsAsync(TopologyIdentity topology, params int[] containers);

    /// <summary>Takes a container away behind the scheduler's back, so that it does not know it any more; false where that cannot be.</summary>
    Task<bool> LoseAsync(TopologyIdentity topology, int container);
}

/// <summary>What every scheduler owes its callers, whatever it runs containers with.</summary>
public abstract class SchedulerConformance : IAsyncLifetime
{
    private ISchedulerStage? _stage;
    private IScheduler? _scheduler;

    protected ISchedulerStage Stage => _stage ?? throw new InvalidOperationException("not initialised");

    protected IScheduler Scheduler => _scheduler ?? throw new InvalidOperationException("not initialised");

    protected static CancellationToken Token => TestContext.Current.CancellationToken;

    private IContainerInspector Inspector => Scheduler.Inspector;

    protected abstract Task<ISchedulerStage> OpenStageAsync();

    public async ValueTask InitializeAsync()
    {
        _stage = await OpenStageAsync();
        _scheduler = await _stage.OpenAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (_scheduler is not null)
        {
            await _scheduler.DisposeAsync();
        }

        if (_stage is not null)
        {
            await _stage.DisposeAsync();
        }

        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task A_submission_runs_container_0_and_those_of_the_plan()
    {
        var topology = await ScheduleAsync("a", 2);
        await Stage.RunsAsync(topology, 0, 1, 2);
        Assert.Equal([0, 1, 2], await Scheduler.ListContainersAsync(topology, Token));
        Assert.Empty(await Scheduler.ListContainersAsync(topology with { Id = "a-other", Name = "a-other" }, Token));
    }

    [Fact]
    public async Task Containers_go_by_the_numbers_of_the_plan_which_may_have_gaps()
    {
        int[] numbers = [1, 3, 7];
        var deployment = Stage.Deployment("a", numbers.Length);
        deployment = deployment with
        {
            Plan = deployment.Plan with { Containers = [.. deployment.Plan.Containers.OrderBy(c => c.Id).Zip(numbers, (c, id) => c with { Id = id }).Reverse()] },
        };
        await Scheduler.ScheduleAsync(deployment, Token);
        var topology = deployment.Identity;
        await Stage.RunsAsync(topology, 0, 1, 3, 7);
        Assert.Equal([0, 1, 3, 7], (await Scheduler.ListContainersAsync(topology, Token)).Order());
        Assert.Equal([0, 1, 3, 7], (await Inspector.InspectAsync(topology, [0, .. numbers], Token)).Select(s => s.Container).Order());
        await Scheduler.RestartAsync(topology, 7, Token);
        Assert.Equal(FaultKind.NotFound, (await Assert.ThrowsAnyAsync<HeronException>(() => Scheduler.RestartAsync(topology, 2, Token))).Kind);
        await Stage.RunsAsync(topology, 0, 1, 3, 7);

        await Scheduler.AddContainersAsync(topology, [5, 12], deployment.Plan, Token);
        await Stage.RunsAsync(topology, 0, 1, 3, 5, 7, 12);
        await Scheduler.RemoveContainersAsync(topology, [3, 12], Token);
        await Stage.RunsAsync(topology, 0, 1, 5, 7);
        Assert.Equal([0, 1, 5, 7], (await Scheduler.ListContainersAsync(topology, Token)).Order());
        Assert.Equal(4, await Scheduler.KillAsync(topology, Token));
        await Stage.RunsAsync(topology);
    }

    [Fact]
    public async Task A_kill_ends_all_containers_of_one_topology_and_a_second_one_finds_none()
    {
        var topology = await ScheduleAsync("a", 1);
        var other = await ScheduleAsync("b", 1);
        Assert.Equal(2, await Scheduler.KillAsync(topology, Token));
        await Stage.RunsAsync(topology);
        await Stage.RunsAsync(other, 0, 1);
        Assert.Equal(0, await Scheduler.KillAsync(topology, Token));
        Assert.Empty(await Scheduler.ListContainersAsync(topology, Token));
    }

    [Fact]
    public async Task Who_names_the_id_of_another_topology_does_nothing_to_it()
    {
        var victim = await ScheduleAsync("a", 1);
        foreach (var evil in new[] { victim with { Name = "evil" }, victim with { Role = "evil" }, victim with { Environment = "evil" }, victim with { Cluster = "evil" } })
        {
            var deployment = Stage.Deployment("evil", 2) with { Identity = evil };
            Assert.Equal(
                FaultKind.Conflict, (await Assert.ThrowsAnyAsync<HeronException>(() => Scheduler.ScheduleAsync(deployment, Token))).Kind);
            Assert.Equal(0, await Scheduler.KillAsync(evil, Token));
            await Scheduler.RemoveContainersAsync(evil, [0, 1], Token);
            await Assert.ThrowsAnyAsync<HeronException>(() => Scheduler.RestartAsync(evil, null, Token));
            await Assert.ThrowsAnyAsync<HeronException>(() => Scheduler.AddContainersAsync(evil, [2], deployment.Plan, Token));
            Assert.Empty(await Scheduler.ListContainersAsync(evil, Token));
        }

        await Stage.RunsAsync(victim, 0, 1);
        Assert.Equal([0, 1], await Scheduler.ListContainersAsync(victim, Token));
    }

    [Fact]
    public async Task A_submission_that_nobody_waits_for_any_more_leaves_nothing()
    {
        var deployment = Stage.Deployment("a", 2);
        await Assert.ThrowsAnyAsync<Exception>(() => Scheduler.ScheduleAsync(deployment, new CancellationToken(canceled: true)));
        await Stage.RunsAsync(deployment.Identity);
        Assert.Empty(await Scheduler.ListContainersAsync(deployment.Identity, Token));
        Assert.Empty(await Inspector.ListAsync(Token));
    }

    [Fact]
    public async Task Restarts_keep_the_same_containers_and_say_when_there_are_none()
    {
        var topology = await ScheduleAsync("a", 2);
        await Scheduler.RestartAsync(topology, 1, Token);
        await Scheduler.RestartAsync(topology, null, Token);
        await Stage.RunsAsync(topology, 0, 1, 2);
        foreach (var (which, container) in new[] { (topology, (int?)7), (topology with { Id = "b-1", Name = "b" }, null) })
        {
            var fault = await Assert.ThrowsAnyAsync<HeronException>(() => Scheduler.RestartAsync(which, container, Token));
            Assert.Equal(FaultKind.NotFound, fault.Kind);
        }
    }

    [Fact]
    public async Task A_topology_grows_and_shrinks_and_both_may_be_asked_for_again()
    {
        var deployment = Stage.Deployment("a", 1);
        var topology = deployment.Identity;
        await Scheduler.ScheduleAsync(deployment, Token);
        await Scheduler.AddContainersAsync(topology, [2, 3], deployment.Plan, Token);
        await Stage.RunsAsync(topology, 0, 1, 2, 3);
        await Scheduler.AddContainersAsync(topology, [], deployment.Plan, Token);
        for (var i = 0; i < 2; i++)
        {
            await Scheduler.RemoveContainersAsync(topology, [2, 3, 9], Token);
        }

        await Stage.RunsAsync(topology, 0, 1);
        Assert.Equal([0, 1], await Scheduler.ListContainersAsync(topology, Token));
        await Assert.ThrowsAnyAsync<HeronException>(
            () => Scheduler.AddContainersAsync(topology with { Id = "b-1", Name = "b" }, [1], deployment.Plan, Token));
    }

    [Fact]
    public async Task A_topology_is_found_by_what_its_containers_say_and_no_other_is()
    {
        var topology = await ScheduleAsync("a", 1);
        await ScheduleAsync("b", 1);
        var found = Assert.Single(await Inspector.FindAsync(topology.Cluster, topology.Role, topology.Environment, "a", Token));
        Assert.Equal(topology, found.Identity("?", "?", "?"));
        Assert.Equal([0, 1], found.Containers);
        Assert.Equal(["a", "b"], (await Inspector.ListAsync(Token)).Select(t => t.Name).Order(StringComparer.Ordinal));
        Assert.Empty(await Inspector.FindAsync(topology.Cluster, "somebody-else", topology.Environment, "a", Token));
        Assert.Empty(await Inspector.FindAsync(topology.Cluster, topology.Role, topology.Environment, "c", Token));
        await Scheduler.KillAsync(topology, Token);
        Assert.Equal("b", Assert.Single(await Inspector.ListAsync(Token)).Name);
    }

    [Fact]
    public async Task Every_container_tells_how_it_is_and_one_of_the_plan_alone_that_it_is_missing()
    {
        var topology = await ScheduleAsync("a", 1);
        await Stage.RunsAsync(topology, 0, 1);
        IReadOnlyList<ContainerStatus> status = [];
        await Poll.UntilAsync(
            async () =>
            {
                status = await Inspector.InspectAsync(topology, [0, 1, 2], Token);
                return status.Count(s => s.State == ContainerState.Running) == 2;
            },
            () => "two running containers");
        Assert.Equal(
            [(0, ContainerState.Running), (1, ContainerState.Running), (2, ContainerState.Missing)],
            status.Select(s => (s.Container, s.State)));
        Assert.All(status.Take(2), s => Assert.NotNull(s.Node));
        Assert.All(status.Take(2), s => Assert.Equal((0, null), (s.Restarts, s.LastExit)));
        Assert.NotEmpty(await Scheduler.NodesOfAsync(topology, 1, Token));
    }

    [Fact]
    public async Task A_missing_container_is_told_and_made_again()
    {
        var deployment = Stage.Deployment("a", 2);
        var topology = deployment.Identity;
        await Scheduler.ScheduleAsync(deployment, Token);
        Assert.SkipUnless(await Stage.LoseAsync(topology, 2), "this scheduler keeps running what it knows");
        var status = await Inspector.InspectAsync(topology, [0, 1, 2], Token);
        Assert.Equal(ContainerState.Missing, Assert.Single(status, s => s.Container == 2).State);
        await Scheduler.AddContainersAsync(topology, [2], deployment.Plan, Token);
        await Stage.RunsAsync(topology, 0, 1, 2);
        Assert.Equal([0, 1, 2], await Scheduler.ListContainersAsync(topology, Token));
    }

    [Fact]
    public async Task A_server_that_starts_later_knows_what_an_earlier_one_has_started()
    {
        var topology = await ScheduleAsync("a", 1);
        await Stage.RunsAsync(topology, 0, 1);
        await Scheduler.DisposeAsync();
        _scheduler = await Stage.OpenAsync();
        await Stage.RunsAsync(topology, 0, 1);
        Assert.Equal([0, 1], Assert.Single(await Inspector.FindAsync(topology.Cluster, topology.Role, topology.Environment, "a", Token)).Containers);
        await Scheduler.AddContainersAsync(topology, [2], Stage.Deployment("a", 2).Plan, Token);
        await Stage.RunsAsync(topology, 0, 1, 2);
        Assert.Equal(3, await Scheduler.KillAsync(topology, Token));
        await Stage.RunsAsync(topology);
    }

    [Fact]
    public async Task Who_watches_is_told_to_read_all_and_then_of_changes()
    {
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(Token);
        await using var changes = Inspector.WatchAsync(ending.Token).GetAsyncEnumerator(ending.Token);
        Assert.True(await changes.MoveNextAsync());
        Assert.Equal(new ContainerChange(null, null), changes.Current);
        var next = changes.MoveNextAsync().AsTask();

        // What happens before somebody listens at the other end of a connection is not told, so it happens again.
        for (var i = 0; !next.IsCompleted; i++)
        {
            var topology = await ScheduleAsync($"a{i}", 1);
            await Scheduler.KillAsync(topology, Token);
        }

        Assert.True(await next);
        Assert.StartsWith("a", changes.Current.TopologyId ?? "a", StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_would_be_run_is_described_without_running_it()
    {
        var deployment = Stage.Deployment("a", 1);
        Assert.Contains("a", string.Concat(Scheduler.Describe(deployment)), StringComparison.Ordinal);
        Assert.Empty(await Inspector.ListAsync(Token));
        await Scheduler.ScheduleAsync(deployment, Token);
        await Scheduler.DescribeAddedAsync(deployment.Identity, [2], deployment.Plan, Token);
        Assert.Equal([0, 1], await Scheduler.ListContainersAsync(deployment.Identity, Token));
        Assert.Equal("a", Scheduler.LocationOf(deployment.Identity).TopologyName);
    }

    [Fact]
    public async Task Files_of_no_container_are_not_found_and_no_path_leads_out()
    {
        var topology = await ScheduleAsync("a", 1);
        var unknown = topology with { Id = "b-1", Name = "b" };
        foreach (var open in new Func<Task>[]
        {
            () => Scheduler.Files.OpenAsync(unknown, 0, "x", 0, null, Token),
            () => Scheduler.Files.OpenOutputAsync(unknown, 0, ContainerOutput.Out, null, false, Token),
            () => Scheduler.Files.OpenAsync(topology, 1, "../../../../../../etc/passwd", 0, null, Token),
            () => Scheduler.Files.OpenAsync(topology, 1, "/etc/passwd", 0, null, Token),
        })
        {
            Assert.InRange((int)(await Assert.ThrowsAnyAsync<HeronException>(open)).Kind, (int)FaultKind.BadRequest, (int)FaultKind.NotFound);
        }
    }

    [Fact]
    public async Task A_scheduler_whose_place_is_there_has_nothing_to_complain_about() => Assert.Null(await Scheduler.CheckAsync(Token));

    private async Task<TopologyIdentity> ScheduleAsync(string name, int containers)
    {
        var deployment = Stage.Deployment(name, containers);
        await Scheduler.ScheduleAsync(deployment, Token);
        return deployment.Identity;
    }
}
