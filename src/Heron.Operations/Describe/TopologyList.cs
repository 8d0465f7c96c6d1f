// SPDX-License-Identifier: Apache-2.0
using Heron.Core.State;

namespace Heron.Operations.Describe;

/// <summary>One page of the list of topologies.</summary>
/// <param name="Topologies">In the order that was asked for; by name when none was.</param>
/// <param name="Total">How many match, on all pages.</param>
public sealed record TopologyList(IReadOnlyList<TopologySummary> Topologies, int Total)
{
    /// <summary>What <c>after</c> of the next page is; left out on the last one.</summary>
    public string? Next { get; init; }

    /// <summary>How many match in each state, by its word, were they not filtered by state.</summary>
    public IReadOnlyDictionary<string, int> States { get; init; } = new Dictionary<string, int>();

    /// <summary>Since when the state may have changed without showing here; left out while it cannot.</summary>
    public StaleDescription? Stale { get; init; }

    /// <summary>Since when containers may have changed without showing here; left out while they cannot.</summary>
    public StaleDescription? SchedulerStale { get; init; }
}

/// <summary>Why an answer may be behind.</summary>
/// <param name="Since">When it was noticed that the state store does not answer.</param>
/// <param name="Reason">What keeps the server from it.</param>
public sealed record StaleDescription(DateTimeOffset Since, string Reason)
{
    internal static StaleDescription? Of(Staleness? stale) => stale is null ? null : new StaleDescription(stale.Since, stale.Reason);
}
