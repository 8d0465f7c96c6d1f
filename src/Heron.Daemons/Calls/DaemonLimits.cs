// SPDX-License-Identifier: Apache-2.0
namespace Heron.Daemons.Calls;

/// <summary>How long a call may take and how large its answer may be.</summary>
/// <param name="Silence">Longest time without a byte, counted from the start of the call, connecting included.</param>
/// <param name="Overall">Longest time to the last byte.</param>
/// <param name="MaxBytes">Largest body.</param>
public sealed record DaemonLimits(TimeSpan Silence, TimeSpan Overall, int MaxBytes)
{
    /// <summary>To connect; part of <see cref="Silence"/>.</summary>
    public static readonly TimeSpan Connect = TimeSpan.FromSeconds(1);

    /// <summary>
    /// For what a daemon knows by heart: the worst answer on a machine under heavy load took 0.6 s, and who waits is a
    /// person. The largest answer seen, 180 minutes of 60 metrics, has 225 kB an instance.
    /// </summary>
    public static DaemonLimits Quick { get; } = new(TimeSpan.FromSeconds(1.8), TimeSpan.FromSeconds(10), 64 * 1024 * 1024);

    /// <summary>For what changes the topology: the manager writes to ZooKeeper before it answers.</summary>
    public static DaemonLimits Change { get; } = new(TimeSpan.FromSeconds(30), TimeSpan.FromSeconds(30), 64 * 1024);

    /// <summary>For tools of the JVM that a shell runs: a jstack of a process that does not answer takes 6 to 11 s.</summary>
    public static DaemonLimits Tool { get; } = new(TimeSpan.FromSeconds(40), TimeSpan.FromSeconds(60), 64 * 1024 * 1024);

    /// <summary>For whole files, which are passed on while they arrive.</summary>
    public static DaemonLimits Download { get; } = new(TimeSpan.FromSeconds(10), TimeSpan.FromHours(1), int.MaxValue);
}
