// SPDX-License-Identifier: Apache-2.0
namespace Heron.State.ZooKeeper;

/// <summary>The time that one call of the state manager has, shared by all that it asks ZooKeeper.</summary>
internal sealed class CallBudget(TimeProvider time, TimeSpan limit)
{
    private static readonly TimeSpan LongestReserve = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Least = TimeSpan.FromMilliseconds(1);

    private readonly long _start = time.GetTimestamp();

    /// <summary>What is left, never zero: a call needs a deadline, and one that comes at once does.</summary>
    public TimeSpan Left => AtLeast(limit - time.GetElapsedTime(_start));

    /// <summary>
    /// What a write may take. Something is kept back, so that after a lost answer there is time left to find out what happened.
    /// </summary>
    public TimeSpan ForWrite => AtLeast(limit - Reserve - time.GetElapsedTime(_start));

    /// <summary>Whether it makes sense to start another write.</summary>
    public bool AllowsWrite => time.GetElapsedTime(_start) < limit - Reserve;

    private TimeSpan Reserve => limit / 3 < LongestReserve ? limit / 3 : LongestReserve;

    private static TimeSpan AtLeast(TimeSpan value) => value > Least ? value : Least;
}
