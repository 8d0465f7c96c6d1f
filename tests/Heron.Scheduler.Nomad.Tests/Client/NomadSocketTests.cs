// SPDX-License-Identifier: Apache-2.0
using Heron.Core;
using Heron.Scheduler.Nomad.Tests.Support;
using Heron.Testing.Nomad;

namespace Heron.Scheduler.Nomad.Tests.Client;

/// <summary>Nomad behind a socket of this machine, as it gives one to each of its tasks.</summary>
public sealed class NomadSocketTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("nomad socket ").FullName;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task A_topology_is_run_and_killed_through_a_socket()
    {
        await using var nomad = await ScriptedNomad.StartAsync(
            new() { SocketPath = Path.Join(_folder, "api.sock"), Token = "of the task" });
        await using var scheduler = Deployments.Scheduler(nomad, (NomadKeys.Token, "of the task"));

        Assert.Null(await scheduler.CheckAsync(Token));
        await scheduler.ScheduleAsync(Deployments.Make(2), Token);
        Assert.Equal(3, nomad.JobIds.Count);
        // The socket means nothing to the browser of a reader of the state.
        Assert.Empty(scheduler.LocationOf(Deployments.Identity).JobPageLink);
        Assert.Equal(3, await scheduler.KillAsync(Deployments.Identity, Token));
        Assert.Empty(nomad.JobIds);
    }

    [Fact]
    public async Task A_socket_that_is_not_there_is_named_with_the_setting()
    {
        await using var scheduler = Deployments.Scheduler($"unix://{_folder}/nowhere.sock", (NomadKeys.Retries, "0"));
        var fault = await Assert.ThrowsAnyAsync<HeronException>(() => scheduler.KillAsync(Deployments.Identity, Token));

        Assert.Equal(FaultKind.Unavailable, fault.Kind);
        Assert.Contains("nowhere.sock", fault.Message);
        Assert.Contains(NomadKeys.SchedulerUri, fault.Message);
    }
}
