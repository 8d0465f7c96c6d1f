// SPDX-License-Identifier: Apache-2.0
using System.Globalization;

namespace Heron.Scheduler.Local;

/// <summary>
/// One process and no other: its number, when it began, and the run of the machine in which it did. A number alone is
/// given to another process sooner or later, and killing that one must never happen.
/// </summary>
/// <param name="Pid">The process number, which is also the number of its session and group.</param>
/// <param name="StartTicks">When it began, in ticks since the machine started.</param>
/// <param name="BootId">The run of the machine.</param>
internal sealed record ProcessIdentity(int Pid, long StartTicks, string BootId)
{
    /// <summary>The run of the machine now.</summary>
    public static string CurrentBootId { get; } = File.ReadAllText("/proc/sys/kernel/random/boot_id").Trim();

    /// <summary>Whether exactly this process runs; one that ended and waits for its parent to notice does not.</summary>
    public bool IsAlive =>
        BootId == CurrentBootId && ProcessTable.Read(Pid) is { IsRunning: true } entry && entry.StartTicks == StartTicks;

    /// <summary>When it began, to the second or so. Linux counts a hundred ticks a second for everybody.</summary>
    public DateTimeOffset StartedAt => ProcessTable.MachineStart() + TimeSpan.FromMilliseconds(StartTicks * 10);

    /// <summary>The identity of a running process, or null when there is none of this number.</summary>
    public static ProcessIdentity? Of(int pid) =>
        ProcessTable.Read(pid) is { } entry ? new ProcessIdentity(pid, entry.StartTicks, CurrentBootId) : null;

    /// <summary>Reads what <see cref="ToString"/>, or the launch script, wrote; null for anything else.</summary>
    public static ProcessIdentity? Parse(string text)
    {
        var parts = text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
        return parts.Length == 3
            && int.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out var pid)
            && long.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out var start)
            && pid > 1
                ? new ProcessIdentity(pid, start, parts[2])
                : null;
    }

    /// <inheritdoc/>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Pid} {StartTicks} {BootId}");
}
