// SPDX-License-Identifier: Apache-2.0
using System.Collections.Concurrent;
using Heron.Core.Topologies;
using Heron.Operations.Journal;
using Proto = Heron.Core.Protobuf;

namespace Heron.Operations.Update;

/// <summary>
/// Updates that this server brought to an end by itself after their request had failed or its server had died. When the
/// client sends the request again, it is answered as done instead of refused because nothing would change.
/// </summary>
public sealed class FinishedUpdates
{
    private readonly ConcurrentDictionary<string, Proto.PackingPlan> _plans = new(StringComparer.Ordinal);

    /// <summary>Remembers that nobody was told.</summary>
    public void Add(UpdateIntent intent) => _plans[intent.Topology.Id] = intent.Change.Proposed;

    /// <summary>Whether the stored plan comes from such an update; true once only.</summary>
    public bool Take(TopologyIdentity topology, Proto.PackingPlan stored) =>
        _plans.TryRemove(topology.Id, out var plan) && plan.Equals(stored);
}
