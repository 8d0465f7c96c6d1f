// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using Heron.Core.Protobuf;
using Heron.StandInCore.State;

namespace Heron.StandInCore.Streams;

/// <summary>
/// What the instances of a container write while they run, in the form of heron-core's logs: a line now and then. A file that has
/// grown large is renamed, and begun anew.
/// </summary>
internal sealed class InstanceLogs(StandInSettings settings, ICoreState state, string topology, IReadOnlyList<Instance> instances)
{
    private const string Folder = "log-files";
    private const long Largest = 1 << 20;

    private readonly long[] _tuples = new long[instances.Count];

    /// <summary>A line of heron-core: who says it stands behind the time.</summary>
    public static string Line(string text) =>
        string.Create(CultureInfo.InvariantCulture, $"[{DateTimeOffset.UtcNow:yyyy-MM-dd HH:mm:ss} +0000] {text}\n");

    /// <summary>Writes until it is cancelled; nothing, if the settings want no logs.</summary>
    public async Task WriteAsync(CancellationToken cancellationToken)
    {
        if (settings.LogEveryMs == 0)
        {
            await Task.Delay(Timeout.Infinite, cancellationToken);
        }

        Directory.CreateDirectory(Folder);
        await AppendAsync((_, i) => Line($"[INFO] stand-in: instance {i.InstanceId} of {topology} starts"), cancellationToken);
        TopologyState? known = null;
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(settings.LogEveryMs));
        while (await timer.WaitForNextTickAsync(cancellationToken))
        {
            // Without a plan the manager is being started, and nobody has told the instances to run.
            if ((await state.GetPhysicalPlanAsync(topology, cancellationToken))?.Topology.State is not { } now)
            {
                continue;
            }

            if (now != known)
            {
                known = now;
                await AppendAsync((_, _) => Line($"[INFO] stand-in: {topology} is {now.ToString().ToUpperInvariant()}"), cancellationToken);
            }

            if (now == TopologyState.Running)
            {
                await AppendAsync(Worked, cancellationToken);
            }
        }
    }

    private string Worked(int number, Instance instance)
    {
        const int Minute = 60_000;
        var at = DateTimeOffset.UtcNow.ToUnixTimeSeconds();
        var tuples = (long)(Traffic.Tuples(instance.Info.ComponentIndex, at) * settings.LogEveryMs / Minute);
        _tuples[number] += tuples;
        return Line(string.Create(
            CultureInfo.InvariantCulture,
            $"[STDOUT] stdout: {instance.Info.ComponentName} {instance.Info.TaskId}: {tuples} tuples, {_tuples[number]} since the start"));
    }

    private async Task AppendAsync(Func<int, Instance, string> line, CancellationToken cancellationToken)
    {
        for (var i = 0; i < instances.Count; i++)
        {
            var path = Path.Join(Folder, instances[i].InstanceId + ".log.0");
            if (new FileInfo(path) is { Exists: true, Length: > Largest })
            {
                File.Move(path, path[..^1] + "1", overwrite: true);
            }

            await File.AppendAllTextAsync(path, line(i, instances[i]), cancellationToken);
        }
    }
}
