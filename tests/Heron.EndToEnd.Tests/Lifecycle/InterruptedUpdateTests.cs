using Heron.Core.Protobuf;
using Heron.EndToEnd.Tests.Lifecycle.World;
using Heron.Testing;
using Heron.Testing.Nomad;

namespace Heron.EndToEnd.Tests.Lifecycle;

/// <summary>The server is killed with kill -9 in the middle of an update, at every step, and started again.</summary>
public sealed class InterruptedUpdateTests
{
    /// <summary>Where the update is when the server dies.</summary>
    public enum Step
    {
        /// <summary>The topology manager has been asked to deactivate and has not answered.</summary>
        Deactivating,

        /// <summary>Deactivated; tuples on their way are waited for.</summary>
        Deactivated,

        /// <summary>One of two new containers is there.</summary>
        AddingContainers,

        /// <summary>Both are there; the plan is not stored.</summary>
        ContainersAdded,

        /// <summary>The plan is stored; the topology manager has not restarted.</summary>
        PlanStored,

        /// <summary>The new plan is in force; what it has no use for is not removed.</summary>
        RemovingContainers,
    }

    [Theory]
    [InlineData(Runs.Nomad, Keeps.Folder, Step.Deactivating, false)]
    [InlineData(Runs.Nomad, Keeps.Folder, Step.Deactivated, false)]
    [InlineData(Runs.Nomad, Keeps.Folder, Step.AddingContainers, false)]
    [InlineData(Runs.Nomad, Keeps.ZooKeeper, Step.ContainersAdded, false)]
    [InlineData(Runs.Nomad, Keeps.ZooKeeper, Step.PlanStored, true)]
    [InlineData(Runs.Nomad, Keeps.Folder, Step.RemovingContainers, true)]
    [InlineData(Runs.Local, Keeps.ZooKeeper, Step.Deactivated, false)]
    [InlineData(Runs.Local, Keeps.Folder, Step.PlanStored, true)]
    [InlineData(Runs.Local, Keeps.Folder, Step.RemovingContainers, true)]
    public async Task The_topology_is_as_before_or_as_asked_and_the_same_request_finishes_the_job(
        Runs runs, Keeps keeps, Step step, bool isDone)
    {
        await using var world = await LifeWorld.StartAsync(
            runs,
            keeps,
            step == Step.Deactivated
                ? new Dictionary<string, string> { ["topology.update.deactivate.wait.secs"] = "6" }
                : null,
            core => step switch
            {
                Step.PlanStored => core with { RestartDelayMs = 6000 },
                Step.RemovingContainers when runs == Runs.Local => core with { StopDelayMs = 5000 },
                _ => core,
            });
        await world.SubmitAsync();
        var before = 2;
        var after = 4;
        if (step == Step.RemovingContainers)
        {
            Assert.Equal(200, (await world.ScaleAsync(4)).Status);
            (before, after) = (4, 2);
        }

        var reached = Arrange(world, step, after);
        var cutOff = Assert.ThrowsAnyAsync<HttpRequestException>(() => world.ScaleAsync(after));
        await reached();
        world.KillServer();
        await cutOff;
        Release(world, step);
        await world.StartServerAsync();

        await Poll.UntilAsync(() => world.Journal.Count == 0, "the update was not settled: " + world.Log);
        await world.WaitForAsync(isDone ? after : before, TopologyState.Running);

        var (status, message) = await world.ScaleAsync(after);
        Assert.True(status == 200, message);
        await world.WaitForAsync(after, TopologyState.Running);
        Assert.False(world.Records.Overlapped);
        Assert.Equal(200, (await world.KillAsync()).Status);
    }

    /// <summary>Makes the update stand still at the step; the result waits until it does.</summary>
    private static Func<Task> Arrange(LifeWorld world, Step step, int after)
    {
        switch (step)
        {
            case Step.Deactivating:
                Signals.Send(world.Records.Manager, Signals.Stop);
                return () => Poll.UntilAsync(() => world.Journal.Count == 1, "nothing begun");

            case Step.Deactivated:
                return () => Poll.UntilAsync(
                    async () => (await world.PhysicalPlanAsync())?.Topology.State == TopologyState.Paused,
                    () => "not deactivated");

            case Step.AddingContainers:
                return Met(NomadFaultKind.Hang, $"{world.Topology.Id}-4");

            case Step.ContainersAdded:
                // Both are registered at once; the one that comes second is the one that is not answered.
                return async () =>
                {
                    await Met(NomadFaultKind.HangAfter, $"{world.Topology.Id}-4")();
                    await Poll.UntilAsync(() => world.Nomad!.JobIds.Count == 5, "not added");
                };

            case Step.PlanStored:
                return () => Poll.UntilAsync(
                    async () => (await world.State.GetPackingPlanAsync(world.Name, CancellationToken.None))!
                        .ContainerPlans.Count == after,
                    () => "plan not stored");

            case Step.RemovingContainers when world.Nomad is null:
                // The container takes its time to end.
                var earlier = Resumed();
                return () => Poll.UntilAsync(() => Resumed() > earlier, "not resumed");

            case Step.RemovingContainers:
                return Met(NomadFaultKind.Hang, $"{world.Topology.Id}-4", "DELETE");

            default:
                throw new ArgumentOutOfRangeException(nameof(step));
        }

        int Resumed() => world.Log.Split(" after its update (").Length;

        Func<Task> Met(NomadFaultKind kind, string job, string method = "PUT")
        {
            var fault = world.Nomad!.Fault(new NomadFault
            {
                Kind = kind,
                Method = method,
                PathContains = method == "DELETE" ? job : null,
                BodyContains = method == "DELETE" ? null : $"\"{job}\"",
            });
            return () => fault.Met.Task.WaitAsync(Poll.Limit);
        }
    }

    private static void Release(LifeWorld world, Step step)
    {
        world.Nomad?.ClearFaults();
        if (step == Step.Deactivating)
        {
            Signals.Send(world.Records.Manager, Signals.Continue);
        }
    }
}
