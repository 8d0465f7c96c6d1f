// SPDX-License-Identifier: Apache-2.0
using System.Collections.Concurrent;
using Heron.Core.State;
using Heron.Operations.Exclusion;
using Heron.Operations.Observe.Containers;

namespace Heron.Operations.Describe;

/// <summary>The lines of lists. Each is made once and kept until something about its topology changes.</summary>
public sealed class TopologyLines(ContainerBoard board, IExclusion exclusion)
{
    private readonly ConcurrentDictionary<string, Line> _lines = new(StringComparer.Ordinal);

    // While nothing has changed anywhere, a list of thousands costs as much as its page.
    private volatile Known? _known;

    /// <summary>The lines of all topologies, in ordinal order of their names.</summary>
    internal async ValueTask<IReadOnlyList<TopologySummary>> OfAsync(StateViewSnapshot view, CancellationToken cancellationToken)
    {
        var version = board.Version;
        if (_known is { } known && known.Version == version && ReferenceEquals(known.Topologies, view.Topologies))
        {
            return known.Lines;
        }

        var lines = new TopologySummary[view.Topologies.Count];
        var isSettled = true;
        for (var i = 0; i < lines.Length; i++)
        {
            var summary = Of(view.Topologies[i]);
            isSettled &= summary.InTheMaking is null;
            lines[i] = summary.InTheMaking is { } young && await IsBeingChangedAsync(view.Topologies[i], cancellationToken) ? young : summary;
        }

        if (_lines.Count > lines.Length * 2)
        {
            foreach (var (name, _) in _lines.Where(line => view.Find(line.Key) is null))
            {
                _lines.TryRemove(name, out _);
            }
        }

        _known = isSettled ? new Known(view.Topologies, version, lines) : null;
        return lines;
    }

    /// <summary>Whether somebody changes a topology now, or did and the scheduler has not told yet what came of it.</summary>
    internal async ValueTask<bool> IsBeingChangedAsync(TopologySnapshot topology, CancellationToken cancellationToken) =>
        board.IsChanging(topology.ExecutionState.Value?.TopologyId)
        || await exclusion.HolderOfAsync(topology.Name, cancellationToken) is not null;

    private TopologySummary Of(TopologySnapshot topology)
    {
        var sight = board.Find(topology.ExecutionState.Value?.TopologyId);
        if (!_lines.TryGetValue(topology.Name, out var line)
            || !ReferenceEquals(line.Topology, topology) || !ReferenceEquals(line.Sight, sight))
        {
            _lines[topology.Name] = line = new Line(topology, sight, TopologySummary.Of(topology, sight));
        }

        return line.Summary;
    }

    private sealed record Known(IReadOnlyList<TopologySnapshot> Topologies, long Version, IReadOnlyList<TopologySummary> Lines);

    private sealed record Line(TopologySnapshot Topology, ContainerSight? Sight, TopologySummary Summary);
}
