// SPDX-License-Identifier: Apache-2.0
using Heron.Core.Scheduling;
using Heron.Core.State;

namespace Heron.Operations.Observe.Containers;

/// <summary>The containers of one topology as the scheduler told last.</summary>
/// <param name="Containers">By number; empty while the scheduler has told nothing.</param>
/// <param name="Stale">Since when and why the scheduler does not tell; null while it does.</param>
public sealed record ContainerSight(IReadOnlyList<ContainerStatus> Containers, Staleness? Stale)
{
    // What is in one of these changes without the scheduler saying so: it waits, or counts as well after a while.
    private static readonly ContainerState[] Unsettled =
        [ContainerState.Pending, ContainerState.Starting, ContainerState.Failing, ContainerState.Lost];

    /// <summary>The scheduler has told nothing yet.</summary>
    internal static ContainerSight None { get; } = new([], null);

    /// <summary>Containers that have to be looked at again although nothing is told to have changed.</summary>
    internal IEnumerable<int> ToWatch => Containers.Where(c => Unsettled.Contains(c.State)).Select(c => c.Container);
}
