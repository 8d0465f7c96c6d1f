// SPDX-License-Identifier: Apache-2.0
using Heron.Scheduler.Nomad.Tests.Support;
using Heron.Testing.Nomad;

namespace Heron.Scheduler.Nomad.Tests;

/// <summary>Memory while a large topology is submitted. Nothing runs beside, since the whole process is measured.</summary>
[Collection(nameof(FlatMemoryTests))]
[CollectionDefinition(nameof(FlatMemoryTests), DisableParallelization = true)]
public sealed class FlatMemoryTests
{
    private const int Containers = 1000;
    private const int Parallelism = 4;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_job_is_in_memory_only_while_its_request_is_on_its_way()
    {
        await using var nomad = await ScriptedNomad.StartAsync(new() { RecordsRequests = false });
        await using var scheduler = Deployments.Scheduler(nomad, (NomadKeys.Parallelism, $"{Parallelism}"));
        var deployment = Deployments.Make(Containers, null, (NomadKeys.Placement, "off"));
        var text = string.Concat(scheduler.Describe(deployment));
        var all = text.Length;
        text = null;

        // This Nomad keeps nothing, so that all memory is the scheduler's, and stands still where it is looked at.
        NomadFault Stop(int after) =>
            nomad.Fault(new() { Kind = NomadFaultKind.Hold, Method = "PUT", Skip = after, Times = Parallelism });
        var (early, late) = (Stop(100), Stop(Containers - 100));
        nomad.Fault(new() { Kind = NomadFaultKind.Answer, Method = "PUT", Status = 200, Text = """{"EvalID":null}""" });

        var before = GC.GetTotalMemory(forceFullCollection: true);
        var submit = scheduler.ScheduleAsync(deployment, Token);
        var first = await LiveAsync(early);
        var last = await LiveAsync(late);
        await submit;

        // What is remembered of each container is a fraction of its job.
        Assert.InRange(first - before, long.MinValue, all / 5);
        Assert.InRange(last - before, long.MinValue, all / 5);
    }

    private static async Task<long> LiveAsync(NomadFault stop)
    {
        await stop.Met.Task.WaitAsync(TimeSpan.FromMinutes(1), Token);
        var live = GC.GetTotalMemory(forceFullCollection: true);
        stop.Gate.SetResult();
        return live;
    }
}
