// SPDX-License-Identifier: Apache-2.0
using Heron.Scheduler.Nomad.Tests.Support;
using Heron.Testing.Nomad;

namespace Heron.Scheduler.Nomad.Tests;

/// <summary>
/// A topology of a thousand containers, by what can be counted: requests, requests at once, connections. Times and memory are
/// in bench/Heron.Nomad.Bench.
/// </summary>
public sealed class ScaleTests
{
    private const int Containers = 1000;
    private const int Parallelism = 16;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_thousand_containers_take_no_more_requests_than_needed_and_never_too_many_at_once()
    {
        await using var nomad = await ScriptedNomad.StartAsync(
            new() { Delay = TimeSpan.FromMilliseconds(5), ListsMeta = true });
        for (var i = 0; i < 2000; i++)
        {
            nomad.Register(ScriptedNomad.ForeignJob($"foreign-{i}", ("topology.name", "word")));
        }

        await using var scheduler = Deployments.Scheduler(nomad, (NomadKeys.Parallelism, $"{Parallelism}"));
        await scheduler.ScheduleAsync(Deployments.Make(Containers), Token);
        var submit = nomad.Requests;
        Check(nomad, submit.Count(r => r.Registers));
        // One list settles where all containers are.
        Assert.InRange(submit.Count(r => !r.Registers), 1, 3);

        nomad.ClearRequests();
        Assert.Equal(Containers + 1, await scheduler.KillAsync(Deployments.Identity, Token));
        Check(nomad, nomad.Requests.Count(r => r.Deregisters));
        Assert.Single(nomad.Requests, r => !r.Deregisters);
        Assert.Equal(2000, nomad.JobIds.Count);
    }

    private static void Check(ScriptedNomad nomad, int writes)
    {
        Assert.Equal(Containers + 1, writes);
        // More than ten at once, so more than ten times as fast as one after another; never more than configured.
        Assert.InRange(nomad.PeakParallel, 11, Parallelism);
        Assert.InRange(nomad.Connections, 11, Parallelism);
        Assert.DoesNotContain(nomad.Requests, r => r.Path.Contains("foreign") || r.Body.Contains("foreign"));
    }
}
