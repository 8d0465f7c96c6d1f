// SPDX-License-Identifier: Apache-2.0
using Heron.Core;
using Heron.Core.Configuration;
using Heron.Testing.Parts;

namespace Heron.Scheduler.Local.Tests;

/// <summary>What containers see of the server, and others of the containers.</summary>
public sealed class SurroundingsTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_container_sees_nothing_of_what_the_server_was_told()
    {
        string[] withheld = ["NOMAD_TOKEN", "HERON_SECRET", "NOTIFY_SOCKET", "VAULT_TOKEN", "CONSUL_HTTP_TOKEN"];
        await using var machine = new LocalMachine(
            "#!/bin/sh\nenv >surroundings\necho \"start $$ $HERON_CONTAINER_INDEX 0 0 0\" >>\"EVENTS\"\nexec sleep 300\n");
        foreach (var name in withheld.Append("OF_THE_MACHINE"))
        {
            Environment.SetEnvironmentVariable(name, "of the server");
        }

        try
        {
            var server = await machine.StartServerAsync();
            var deployment = machine.Deployment("t", 1);
            await server.ScheduleAsync(deployment, Stop);
            await machine.StartedAsync(2);
        }
        finally
        {
            foreach (var name in withheld.Append("OF_THE_MACHINE"))
            {
                Environment.SetEnvironmentVariable(name, null);
            }
        }

        var seen = await File.ReadAllLinesAsync(Path.Join(machine.Root, "work", "t-0001", "container-1", "surroundings"), Stop);
        Assert.Equal(["OF_THE_MACHINE=of the server"], seen.Where(line => line.EndsWith("=of the server", StringComparison.Ordinal)));
        Assert.Contains("HERON_CONTAINER_INDEX=1", seen);
    }

    [Fact]
    public void An_output_that_cannot_be_put_aside_hinders_no_start()
    {
        var folder = Directory.CreateTempSubdirectory("heron-log-").FullName;
        var path = Path.Join(folder, "container-1.stdout");
        using (var file = File.OpenWrite(path))
        {
            file.SetLength(ContainerLauncher.MaxLogBytes + 1);
        }

        Directory.CreateDirectory(path + ".1");
        Assert.Equal(path, ContainerLauncher.Log(path));
        Assert.True(File.Exists(path));
        Directory.Delete(path + ".1");
        Assert.Equal(path, ContainerLauncher.Log(path));
        Assert.True(File.Exists(path + ".1"));
        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public async Task What_the_scheduler_writes_down_is_for_its_own_user_only()
    {
        await using var machine = new LocalMachine();
        await machine.StartServerAsync();
        var folder = Path.GetDirectoryName(machine.StateOf(machine.Deployment("t", 1).Identity))!;
#pragma warning disable CA1416 // All of this scheduler rests on /proc.
        var mode = File.GetUnixFileMode(folder);
#pragma warning restore CA1416
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, mode);
    }

    [Fact]
    public async Task Of_two_topologies_that_want_one_folder_at_once_one_gets_it()
    {
        await using var machine = new LocalMachine();
        var server = await machine.StartServerAsync();
        var folder = $"{machine.Root}/work/shared";
        var both = await Task.WhenAll(new[] { "t", "u" }.Select(name => Record.ExceptionAsync(
            () => server.ScheduleAsync(machine.Deployment(name, 1, folder), Stop)).AsTask()));
        Assert.Equal(FaultKind.Conflict, Assert.IsType<HeronException>(Assert.Single(both, fault => fault is not null)).Kind);
        await machine.StartedAsync(2);
    }

    [Theory]
    [InlineData(LocalSchedulerSettings.MaxBackoffKey, 100_000_000_000)]
    [InlineData(LocalSchedulerSettings.MaxBackoffKey, 10)]
    [InlineData(LocalSchedulerSettings.MinBackoffKey, -1)]
    [InlineData(LocalSchedulerSettings.KillGraceKey, 3601)]
    public void A_pause_that_no_timer_takes_is_refused_by_its_name(string key, long value) => Assert.Contains(
        key,
        Assert.Single(TestParts.Mistakes(
            LocalPart.Scheduler,
            new HeronConfig([new(LocalSchedulerSettings.WorkingDirectoryKey, "/data/heron"), new(key, value)]))),
        StringComparison.Ordinal);

    [Fact]
    public async Task Turns_come_one_after_the_other_and_leave_nothing_behind()
    {
        var turns = new Turns();
        var first = await turns.TakeAsync("t", Stop);
        var second = turns.TakeAsync("t", Stop);
        using var givenUp = new CancellationTokenSource();
        var third = turns.TakeAsync("t", givenUp.Token);
        using (await turns.TakeAsync("u", Stop))
        {
            Assert.Equal(2, turns.Count);
        }

        await givenUp.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => third);
        Assert.False(second.IsCompleted);
        first.Dispose();
        (await second).Dispose();
        Assert.Equal(0, turns.Count);
    }
}
