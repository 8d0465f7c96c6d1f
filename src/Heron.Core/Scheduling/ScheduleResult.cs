// SPDX-License-Identifier: Apache-2.0
namespace Heron.Core.Scheduling;

/// <summary>What the scheduler says after it accepted containers.</summary>
/// <param name="Warnings">Plain sentences for the person who submitted, such as a container that cannot be placed.</param>
public sealed record ScheduleResult(IReadOnlyList<string> Warnings)
{
    /// <summary>Nothing to tell.</summary>
    public static ScheduleResult Clean { get; } = new([]);
}
