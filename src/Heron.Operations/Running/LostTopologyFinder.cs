// SPDX-License-Identifier: Apache-2.0
using Heron.Core;
using Heron.Core.Scheduling;
using Heron.Core.State;

namespace Heron.Operations.Running;

/// <summary>
/// Finds topologies that the scheduler has containers of and of which the state knows nothing: its nodes were lost, it is that of
/// another root, or the containers came after their submission had been taken back.
/// </summary>
public sealed class LostTopologyFinder(IStateManager state, IScheduler scheduler)
{
    /// <summary>All of them.</summary>
    /// <exception cref="HeronException">The state store or the scheduler cannot be asked now.</exception>
    public async Task<IReadOnlyList<ScheduledTopology>> FindAsync(CancellationToken cancellationToken)
    {
        var first = await UnknownAsync(cancellationToken);
        if (first.Count == 0)
        {
            return [];
        }

        // Between the look at the one and at the other a topology may have been submitted or killed: a lost one is so twice.
        foreach (var name in first.Select(t => t.Name).Distinct(StringComparer.Ordinal))
        {
            await state.View.CatchUpAsync(name, cancellationToken);
        }

        var ids = first.Select(t => t.Id).ToHashSet(StringComparer.Ordinal);
        return [.. (await UnknownAsync(cancellationToken)).Where(t => ids.Contains(t.Id))];
    }

    private async Task<IReadOnlyList<ScheduledTopology>> UnknownAsync(CancellationToken cancellationToken)
    {
        var view = await state.View.GetAsync(cancellationToken);
        if (view.Stale is { } stale)
        {
            throw new HeronException(FaultKind.Unavailable, stale.Reason);
        }

        var ids = view.Topologies.Select(t => t.Id).OfType<string>().ToHashSet(StringComparer.Ordinal);
        return
        [
            .. (await scheduler.Inspector.ListOthersAsync(ids, cancellationToken))
                // One of which nothing can be read is shown as damaged, and may be this.
                .Where(t => t.Containers.Count > 0 && view.Find(t.Name) is not { Id: null }),
        ];
    }
}
