// SPDX-License-Identifier: Apache-2.0
using Heron.Core;
using Heron.Core.Daemons;
using Heron.Core.Protobuf;
using Heron.Core.Topologies;
using Heron.Operations;
using Heron.Operations.Observe.Figures;
using Heron.Operations.Observe.Metrics;
using Heron.Pages.Views;
using ExceptionView = Heron.Pages.Views.ExceptionView;

namespace Heron.Pages.Sources;

/// <summary>Figures and exceptions of running topologies, made ready to be shown.</summary>
internal sealed class FigureSource(TopologyFigures figures, TopologyMetrics metrics, TimeProvider time)
{
    private const int Minute = 60;

    /// <summary>What each component did in the last ten minutes, by name.</summary>
    /// <exception cref="HeronException">The daemons cannot be asked.</exception>
    public async Task<IReadOnlyDictionary<string, ComponentNumbers>> NumbersAsync(
        TopologyIdentity topology, DateTimeOffset? since, CancellationToken cancellationToken)
    {
        var window = (await figures.ReadAsync(AddressOf(topology), cancellationToken)).Windows[0];
        var seconds = since is { } s
            ? Math.Clamp((time.GetUtcNow() - s).TotalSeconds, Minute, window.Seconds)
            : window.Seconds;
        return window.Components.ToDictionary(c => c.Component, c => ComponentNumbers.Of(c, seconds), StringComparer.Ordinal);
    }

    /// <summary>Plots of the last minutes: of all components, or of the instances of one.</summary>
    /// <exception cref="HeronException">The daemons cannot be asked.</exception>
    public async Task<IReadOnlyList<PlotView>> PlotsAsync(
        TopologyIdentity identity, Topology topology, string component, int minutes, CancellationToken cancellationToken)
    {
        var (first, last) = Span(minutes);
        var wanted = MetricNames.Of(topology).Where(n => component.Length == 0 || n.Component == component);
        var found = await Task.WhenAll(wanted.Select(names => MinutesAsync(
            identity, names.Component, [.. names.All, .. MetricNames.Machine], first, last, cancellationToken)));
        return MinutePlots.Of(
            [.. found.OfType<MetricsView>()], component.Length > 0, [.. Enumerable.Range(0, minutes).Select(i => first + (long)i * Minute)]);
    }

    /// <summary>Tuples a second that the spouts emitted, a value a minute, oldest first.</summary>
    /// <exception cref="HeronException">The daemons cannot be asked.</exception>
    public async Task<IReadOnlyList<double>> EmittedAsync(
        TopologyIdentity identity, Topology topology, int minutes, CancellationToken cancellationToken)
    {
        var (first, last) = Span(minutes);
        var found = await Task.WhenAll(topology.Spouts.Select(spout => MinutesAsync(
            identity, spout.Comp.Name, [.. spout.Outputs.Select(o => MetricNames.Emit + o.Stream.Id)], first, last, cancellationToken)));
        var points = found.OfType<MetricsView>()
            .SelectMany(f => f.Metrics).SelectMany(m => m.Instances).SelectMany(i => i.Minutes ?? [])
            .GroupBy(p => p.Start / Minute * Minute)
            .Where(g => g.Key >= first && g.Key <= last)
            .ToDictionary(g => g.Key, g => g.Sum(p => p.Value ?? 0) / Minute);
        return [.. Enumerable.Range(0, minutes).Select(i => first + (long)i * Minute)
            .SkipWhile(m => !points.ContainsKey(m)).Select(m => points.GetValueOrDefault(m))];
    }

    /// <summary>Exceptions that instances reported, the latest first.</summary>
    /// <exception cref="HeronException">The daemons cannot be asked.</exception>
    public async Task<IReadOnlyList<ExceptionView>> ExceptionsAsync(TopologyIdentity topology, CancellationToken cancellationToken)
    {
        var found = await metrics.ReadExceptionsAsync(AddressOf(topology), component: null, [], summary: false, cancellationToken);
        return [.. found.Exceptions.Select(e =>
            new ExceptionView(e.Component, e.Instance, e.Count, e.First, e.Last, e.Text, e.Logging ?? ""))];
    }

    private static TopologyAddress AddressOf(TopologyIdentity topology) =>
        new(topology.Cluster, topology.Role, topology.Environment, topology.Name);

    // The minute that runs is not over.
    private (long First, long Last) Span(int minutes)
    {
        var last = (time.GetUtcNow().ToUnixTimeSeconds() / Minute * Minute) - Minute;
        return (last - ((minutes - 1L) * Minute), last);
    }

    private async Task<MetricsView?> MinutesAsync(
        TopologyIdentity topology, string component, IReadOnlyList<string> names, long first, long last, CancellationToken cancellationToken)
    {
        try
        {
            return await metrics.ReadAsync(
                AddressOf(topology), new MetricQuestion(component, names) { Between = (first, last + Minute), Minutely = true }, cancellationToken);
        }
        catch (HeronException fault) when (fault.Kind == FaultKind.NotFound)
        {
            // It has not reported yet.
            return null;
        }
    }
}
