// SPDX-License-Identifier: Apache-2.0
using Heron.Core.Scheduling;

namespace Heron.Operations.Describe;

/// <summary>Containers that only the scheduler knows.</summary>
/// <param name="Id">The id of the topology that they are of.</param>
/// <param name="Containers">Their numbers, sorted.</param>
public sealed record LostDescription(string Id, IReadOnlyList<int> Containers)
{
    internal static IReadOnlyList<LostDescription>? Of(IReadOnlyList<ScheduledTopology> lost) =>
        lost.Count == 0 ? null : [.. lost.Select(t => new LostDescription(t.Id, t.Containers))];
}
