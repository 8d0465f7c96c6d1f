// SPDX-License-Identifier: Apache-2.0
using Heron.Core;
using Heron.Core.Daemons;
using Heron.Core.Topologies;
using Heron.Operations.Observe.Plans;

namespace Heron.Operations.Observe.Metrics;

/// <summary>Numbers and exceptions that instances have reported.</summary>
public sealed class TopologyMetrics(TopologyPlans plans, ITopologyStats stats, TimeProvider time)
{
    private const int MaxCallsAtOnce = 4;
    private const int SecondsPerMinute = 60;

    /// <summary>Metrics of one component, or of the stream managers.</summary>
    /// <exception cref="HeronException">
    /// <see cref="FaultKind.NotFound"/>: no such topology, or nothing is known of the component;
    /// <see cref="FaultKind.Unavailable"/>, <see cref="FaultKind.BadGateway"/>: its daemons do not tell.
    /// </exception>
    public async Task<MetricsView> ReadAsync(
        TopologyAddress address, MetricQuestion question, CancellationToken cancellationToken)
    {
        var (topology, _, _) = await plans.FindAsync(address, cancellationToken);
        var answers = await Task.WhenAll(Questions(question).Select(q => stats.GetMetricsAsync(topology, q, cancellationToken)));
        if (answers.All(a => !a.IsKnown))
        {
            throw new HeronException(
                FaultKind.NotFound,
                $"Nothing is known of component '{ShownText.Of(question.Component)}' of {topology.Name}: there is none of that name, it has no such instance, or it has not reported yet (reports come once a minute)");
        }

        var now = time.GetUtcNow().ToUnixTimeSeconds();
        return new MetricsView(
            question.Component,
            [.. answers.SelectMany(a => a.Series).GroupBy(s => s.Metric).OrderBy(g => g.Key, StringComparer.Ordinal).Select(g => new MetricView(
                g.Key,
                MetricName.UnitOf(g.Key),
                [.. g.OrderBy(s => s.Instance, StringComparer.Ordinal).Select(s => new InstanceMetricView(s.Instance)
                {
                    Value = question.Minutely ? null : MetricNumber.Parse(s.Value),
                    Minutes = question.Minutely ? [.. Reported(s.Minutes, now)] : null,
                })]))]);
    }

    /// <summary>Exceptions of one component, or of all.</summary>
    /// <param name="address">Which topology.</param>
    /// <param name="component">Whose; null for those of all components.</param>
    /// <param name="instances">Ids; none for all.</param>
    /// <param name="summary">Whether to have one entry a class instead of each with its stack trace.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="HeronException">As for <see cref="ReadAsync"/>.</exception>
    public async Task<ExceptionsView> ReadExceptionsAsync(
        TopologyAddress address,
        string? component,
        IReadOnlyList<string> instances,
        bool summary,
        CancellationToken cancellationToken)
    {
        var (topology, definition, _) = await plans.FindAsync(address, cancellationToken);
        var components = TopologySettings.Components(definition).Select(c => c.Name).ToList();
        if (component is not null && !components.Contains(component))
        {
            throw new HeronException(
                FaultKind.NotFound, $"Topology {topology.Name} has no component '{ShownText.Of(component)}'");
        }

        var wanted = component is null ? components : [component];
        var found = new IReadOnlyList<ExceptionEntry>[wanted.Count];
        var options = new ParallelOptions { MaxDegreeOfParallelism = MaxCallsAtOnce, CancellationToken = cancellationToken };
        await Parallel.ForAsync(0, wanted.Count, options, async (i, token) =>
            found[i] = await stats.GetExceptionsAsync(topology, wanted[i], instances, summary, token) ?? []);
        return new ExceptionsView([.. found.SelectMany(f => f).OrderByDescending(e => e.LastTime).Select(e => new ExceptionView(
            e.Component, e.Instance, e.Host, e.First, e.Last, e.Count, e.Text)
        {
            FirstTime = e.FirstTime?.ToUnixTimeSeconds(), LastTime = e.LastTime?.ToUnixTimeSeconds(), Logging = e.Logging.Length > 0 ? e.Logging : null,
        })]);
    }

    // Of what is kept as it was last reported, a window at the topology manager ends with its newest minute, which is 0 until it
    // is reported: the last report of all is asked for instead.
    private static IEnumerable<MetricQuestion> Questions(MetricQuestion question)
    {
        var lasting = question.Metrics.Where(MetricName.IsLasting).ToList();
        if (question.Minutely || question.Window is null or -1 || lasting.Count == 0)
        {
            return [question];
        }

        var others = question.Metrics.Except(lasting).ToList();
        var last = question with { Metrics = lasting, Window = -1 };
        return others.Count == 0 ? [last] : [question with { Metrics = others }, last];
    }

    // The minute that runs has no report yet, and the topology manager says 0 of it.
    private static IEnumerable<MinuteView> Reported(IReadOnlyList<MetricPoint> minutes, long now) => minutes
        .Select(m => new MinuteView(m.Start, MetricNumber.Parse(m.Value)))
        .Where(m => m.Start <= now - SecondsPerMinute || m.Value is not (null or 0));
}
