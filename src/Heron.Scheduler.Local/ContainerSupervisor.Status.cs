// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using Heron.Core.Scheduling;

namespace Heron.Scheduler.Local;

/// <content>How the container is, for whoever asks.</content>
internal sealed partial class ContainerSupervisor
{
    /// <summary>A container that ended by itself counts as failing until it has run this long again.</summary>
    private static readonly TimeSpan Steady = TimeSpan.FromSeconds(30);

    private const int LastWordsBytes = 2000;

    /// <summary>How it is now.</summary>
    public ContainerStatus Status()
    {
        ProcessIdentity? current;
        ContainerLife life;
        bool stopped;
        lock (_lock)
        {
            (current, life, stopped) = (_current, _life, _isDisposed);
        }

        var status = new ContainerStatus
        {
            Container = ContainerId,
            State = ContainerState.Starting,
            Node = Environment.MachineName,
            Addresses = LocalNode.Addresses,
            Ports = _launcher.PortsOf(_spec, _folder, ContainerId),
            Restarts = life.Restarts,
            LastExit = life.LastExit,
        };
        if (current is { IsAlive: true })
        {
            var started = current.StartedAt;
            status = status with { Since = started, Run = current.Pid.ToString(CultureInfo.InvariantCulture) };
            return life.LastExit is not null && _time.GetUtcNow() - started < Steady ? status with { State = ContainerState.Failing, Reason = Reason(life) }
                : IsStillInScript(current) ? status
                : status with { State = ContainerState.Running };
        }

        return stopped ? status with { State = ContainerState.Stopped }
            : life.LastExit is null && life.Fault is null ? status
            : status with { State = ContainerState.Failing, Since = life.LastExit?.At, Reason = Reason(life) };
    }

    /// <summary>Whether packages are still being fetched: the executor takes the process over from the script.</summary>
    private bool IsStillInScript(ProcessIdentity process) => ProcessTable.CommandOf(process.Pid) is var command
        && (command.Contains(_folder.StartScriptPath, StringComparison.Ordinal)
            || command.Contains(_folder.LaunchScriptPath, StringComparison.Ordinal));

    private string? Reason(ContainerLife life)
    {
        var end = life.Fault ?? (life.LastExit is { } exit ? "it ended with " + exit.ToWords() : null);
        var words = LastWords.Of(Tail(_spec.FolderOf(ContainerId) + ".stderr"));
        return end is null || words is null ? end : $"{end}; its last words: {words}";
    }

    private static string Tail(string path)
    {
        try
        {
            using var file = File.OpenRead(path);
            file.Seek(-Math.Min(LastWordsBytes, file.Length), SeekOrigin.End);
            using var reader = new StreamReader(file);
            return reader.ReadToEnd();
        }
        catch (Exception gone) when (gone is IOException or UnauthorizedAccessException)
        {
            return string.Empty;
        }
    }
}
