// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using Heron.Core.Topologies;
using static Heron.Scheduler.Local.Tests.LocalMachine;

namespace Heron.Scheduler.Local.Tests;

public sealed class LocalSchedulerChaosTests : IAsyncDisposable
{
    /// <summary>Says so when the copy before it still runs at its start; a copy may be killed anywhere, also while it writes its number.</summary>
    private const string WatchfulExecutor =
        "#!/bin/sh\n"
        + "last=\"EVENTS.$HERON_CONTAINER_INDEX\"\n"
        + "if [ -e \"$last\" ]; then\n"
        + "  old=$(cat \"$last\")\n"
        + "  if [ -r \"/proc/$old/stat\" ] && ! grep -q ') [ZX] ' \"/proc/$old/stat\"; then echo \"overlap $old $HERON_CONTAINER_INDEX\" >>\"EVENTS\"; fi\n"
        + "fi\n"
        + "echo $$ >\"$last.new\"\n"
        + "mv \"$last.new\" \"$last\"\n"
        + "sleep 300 &\n"
        + "echo \"start $$ $HERON_CONTAINER_INDEX $! 0 0\" >>\"EVENTS\"\n"
        + "trap 'sleep 0.05; exit 0' TERM\n"
        + "while :; do sleep 0.02; done\n";

    private readonly LocalMachine _machine = new(WatchfulExecutor);

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public ValueTask DisposeAsync() => _machine.DisposeAsync();

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task Whatever_happens_no_container_ever_runs_twice_and_in_the_end_exactly_the_wanted_ones_run(int seed)
    {
        var random = new Random(seed);
        var server = await _machine.StartServerAsync();
        var deployment = _machine.Deployment("t", 3);
        var topology = deployment.Identity;
        await server.ScheduleAsync(deployment, Stop);
        var wanted = new SortedSet<int> { 0, 1, 2, 3 };
        for (var step = 0; step < 18; step++)
        {
            var container = random.Next(6);
            switch (random.Next(6))
            {
                case 0:
                    await server.DisposeAsync();
                    KillRandom(topology, random);
                    server = await _machine.StartServerAsync();
                    break;
                case 1:
                    KillRandom(topology, random);
                    break;
                case 2 when wanted.Contains(container):
                    await Task.WhenAll(
                        server.RestartAsync(topology, container, Stop), server.RestartAsync(topology, container, Stop));
                    break;
                case 3:
                    KillRandom(topology, random);
                    await server.RestartAsync(topology, null, Stop);
                    break;
                case 4:
                    await server.AddContainersAsync(topology, [container], Stop);
                    wanted.Add(container);
                    break;
                case 5 when container > 0:
                    await server.RemoveContainersAsync(topology, [container], Stop);
                    wanted.Remove(container);
                    break;
            }
        }

        await EventuallyAsync(
            () => wanted.SetEquals(Running(topology)) && wanted.All(HasExecutor), $"exactly the containers {string.Join(' ', wanted)}");
        Assert.Equal(wanted, await server.ListContainersAsync(topology, Stop));
        Assert.Empty(_machine.Written("overlap"));
        Assert.Equal(wanted.Count, await server.KillAsync(topology, Stop));
        Assert.Empty(_machine.Running(topology));
    }

    private IEnumerable<int> Running(TopologyIdentity topology) =>
        _machine.Running(topology).Select(ContainerMark.ContainerIn);

    private void KillRandom(TopologyIdentity topology, Random random)
    {
        var processes = ProcessTable.All()
            .Where(entry => entry.IsRunning
                && ProcessTable.EnvironmentOf(entry.Pid, ContainerMark.Variable)?.StartsWith(_machine.StateOf(topology) + "/", StringComparison.Ordinal) == true)
            .OrderBy(entry => entry.Pid)
            .ToList();
        if (processes.Count > 0)
        {
            Kill(processes[random.Next(processes.Count)].Pid);
        }
    }

    private bool HasExecutor(int container)
    {
        var last = $"{_machine.Events}.{container.ToString(CultureInfo.InvariantCulture)}";
        return File.Exists(last)
            && int.TryParse(File.ReadAllText(last), NumberStyles.AllowTrailingWhite, CultureInfo.InvariantCulture, out var pid)
            && IsRunning(pid);
    }
}
