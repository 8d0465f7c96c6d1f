// SPDX-License-Identifier: Apache-2.0
namespace Heron.Scheduler.Local;

/// <summary>One line of the process table.</summary>
/// <param name="Pid">Its number.</param>
/// <param name="IsRunning">False for one that ended and waits for its parent to notice.</param>
/// <param name="Group">Its process group.</param>
/// <param name="Session">Its session.</param>
/// <param name="StartTicks">When it began, in ticks since the machine started.</param>
internal sealed record ProcessEntry(int Pid, bool IsRunning, int Group, int Session, long StartTicks);
