// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using System.Runtime.InteropServices;

namespace Heron.Scheduler.Local;

/// <summary>Ends a container: the process that was started for it and everything that came of it.</summary>
internal static class ProcessGroup
{
    private const int Terminate = 15;
    private const int Kill = 9;
    private const int NoSuchProcess = 3;

    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(50);

    /// <summary>How long the kernel may take to remove a group that got KILL; longer only when a disk hangs.</summary>
    private static readonly TimeSpan KillLimit = TimeSpan.FromSeconds(10);

    /// <summary>
    /// Ends all processes of a container. Those of its group get TERM, after the grace KILL; so does what left the group
    /// but still carries the container's mark.
    /// </summary>
    /// <param name="leader">The process that was started, if known; it may be long gone.</param>
    /// <param name="mark">The value of <see cref="ContainerMark.Variable"/> in the environment of all its processes.</param>
    /// <param name="grace">Time between TERM and KILL.</param>
    /// <param name="time">The clock.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>Whether there was anything to end.</returns>
    /// <exception cref="TimeoutException">Something survives KILL.</exception>
    public static async Task<bool> EndAsync(
        ProcessIdentity? leader, string mark, TimeSpan grace, TimeProvider time, CancellationToken cancellationToken)
    {
        var members = Members(leader, mark);
        if (members.Count == 0)
        {
            return false;
        }

        Signal(members, leader, Terminate);
        var started = time.GetTimestamp();
        while ((members = Members(leader, mark)).Count > 0 && time.GetElapsedTime(started) < grace)
        {
            await Task.Delay(Poll, time, cancellationToken);
        }

        started = time.GetTimestamp();
        while (members.Count > 0)
        {
            if (time.GetElapsedTime(started) > KillLimit)
            {
                throw new TimeoutException(
                    $"process {members[0].Pid.ToString(CultureInfo.InvariantCulture)} of container {mark} does not end");
            }

            Signal(members, leader, Kill);
            await Task.Delay(Poll, time, cancellationToken);
            members = Members(leader, mark);
        }

        return true;
    }

    /// <summary>Running processes of a container: all that carry its mark, and its group when that is surely ours.</summary>
    private static List<ProcessEntry> Members(ProcessIdentity? leader, string mark)
    {
        // Nothing of a container is older than its leader; that spares looking at most of the machine.
        var oldest = leader?.BootId == ProcessIdentity.CurrentBootId ? leader.StartTicks : 0;
        var candidates = ProcessTable.All().Where(entry => entry.IsRunning && entry.StartTicks >= oldest).ToList();
        var marked = candidates
            .Where(entry => ProcessTable.EnvironmentOf(entry.Pid, ContainerMark.Variable) == mark)
            .Select(entry => entry.Pid)
            .ToHashSet();

        // A group keeps its number for as long as it has members, so one marked member proves the group to be ours.
        var groupIsOurs = leader is not null
            && (leader.IsAlive || candidates.Any(entry => entry.Group == leader.Pid && marked.Contains(entry.Pid)));
        return [.. candidates.Where(entry => marked.Contains(entry.Pid) || (groupIsOurs && entry.Group == leader!.Pid))];
    }

    /// <summary>The group at once, so that none of it sees another go first; then what is not in it.</summary>
    private static void Signal(List<ProcessEntry> members, ProcessIdentity? leader, int signal)
    {
        if (leader is { Pid: > 1 } && members.Any(member => member.Group == leader.Pid))
        {
            Send(-leader.Pid, signal);
        }

        foreach (var member in members.Where(member => member.Group != leader?.Pid))
        {
            Send(member.Pid, signal);
        }
    }

    private static void Send(int pid, int signal)
    {
        if (kill(pid, signal) != 0 && Marshal.GetLastPInvokeError() is var error && error != NoSuchProcess)
        {
            throw new IOException(
                $"could not signal process {pid.ToString(CultureInfo.InvariantCulture)}: {Marshal.GetPInvokeErrorMessage(error)}", error);
        }
    }

#pragma warning disable SYSLIB1054 // Generated marshalling would need unsafe code in the whole project, for one call with two integers.
    [DllImport("libc", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int kill(int pid, int signal);
#pragma warning restore SYSLIB1054
}
