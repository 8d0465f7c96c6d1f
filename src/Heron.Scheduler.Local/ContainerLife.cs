// SPDX-License-Identifier: Apache-2.0
using Heron.Core.Scheduling;

namespace Heron.Scheduler.Local;

/// <summary>How a container fared since it was submitted or restarted on somebody's order.</summary>
/// <param name="Restarts">How often it was started again because it had ended by itself.</param>
/// <param name="LastExit">How it ended last, if it did.</param>
/// <param name="Fault">Why it could not be started, if the last try failed.</param>
internal sealed record ContainerLife(int Restarts, ContainerExit? LastExit, string? Fault)
{
    /// <summary>Nothing has happened yet.</summary>
    public static ContainerLife New { get; } = new(0, null, null);
}
