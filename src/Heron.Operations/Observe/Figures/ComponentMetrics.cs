// SPDX-License-Identifier: Apache-2.0
using Heron.Core.Daemons;
using Heron.Core.Protobuf;
using Heron.Operations.Observe.Plans;

namespace Heron.Operations.Observe.Figures;

/// <summary>Which metrics the figures of one component are made of, and how.</summary>
internal sealed record ComponentMetrics(string Name, ComponentKind Kind, IReadOnlyList<string> Inputs, IReadOnlyList<string> Outputs)
{
    private const double NanosecondsPerMillisecond = 1_000_000;
    private const double NanosecondsPerSecond = 1_000_000_000;

    /// <summary>The components of a topology, spouts first.</summary>
    public static IReadOnlyList<ComponentMetrics> Of(Topology topology) =>
    [
        .. topology.Spouts.Select(s => new ComponentMetrics(s.Comp.Name, ComponentKind.Spout, [], Distinct(s.Outputs.Select(o => o.Stream.Id)))),
        .. topology.Bolts.Select(b => new ComponentMetrics(
            b.Comp.Name, ComponentKind.Bolt, Distinct(b.Inputs.Select(i => i.Stream.Id)), Distinct(b.Outputs.Select(o => o.Stream.Id)))),
    ];

    /// <summary>The names to ask for.</summary>
    public IReadOnlyList<string> Names => Kind == ComponentKind.Spout
        ? [.. Of(Outputs, "__emit-count", "__ack-count", "__fail-count", "__complete-latency")]
        : [.. Of(Outputs, "__emit-count"), .. Of(Inputs, "__execute-count", "__ack-count", "__fail-count", "__execute-latency", "__process-latency")];

    /// <summary>The figures.</summary>
    /// <param name="answer">What the daemon said of <see cref="Names"/>.</param>
    /// <param name="backPressureMs">Of its instances together; null when nothing was reported.</param>
    /// <param name="seconds">Length of the window, or of the topology's life if that is shorter.</param>
    public ComponentFigures Figures(MetricAnswer answer, double? backPressureMs, double seconds)
    {
        var values = new Dictionary<(string Metric, string Stream, string Instance), double>();
        foreach (var series in answer.Series)
        {
            var name = series.Metric.Split('/', 2);
            if (name.Length == 2 && MetricNumber.Parse(series.Value) is { } value)
            {
                values[(name[0], name[1], series.Instance)] = value;
            }
        }

        var isSpout = Kind == ComponentKind.Spout;
        return new ComponentFigures(Name, Kind, answer.Series.Select(s => s.Instance).Distinct(StringComparer.Ordinal).Count())
        {
            Emitted = Sum(values, "__emit-count"),
            EmittedByStream = ByStream(values, "__emit-count"),
            Acked = Sum(values, "__ack-count"),
            Failed = Sum(values, "__fail-count"),
            Executed = isSpout ? null : Sum(values, "__execute-count"),
            CompleteLatencyMs = isSpout ? Mean(values, "__complete-latency", "__ack-count") : null,
            ExecuteLatencyMs = isSpout ? null : Mean(values, "__execute-latency", "__execute-count"),
            ProcessLatencyMs = isSpout ? null : Mean(values, "__process-latency", "__execute-count"),
            Capacity = isSpout ? null : Capacity(values, seconds),
            BackPressureMs = backPressureMs,
        };
    }

    private static IReadOnlyList<string> Distinct(IEnumerable<string> streams) => [.. streams.Distinct(StringComparer.Ordinal)];

    private static IEnumerable<string> Of(IReadOnlyList<string> streams, params string[] metrics) =>
        metrics.SelectMany(m => streams.Select(s => $"{m}/{s}"));

    private static double? Sum(Dictionary<(string Metric, string Stream, string Instance), double> values, string metric)
    {
        var found = values.Where(v => v.Key.Metric == metric).Select(v => v.Value).ToList();
        return found.Count == 0 ? null : found.Sum();
    }

    private static Dictionary<string, double>? ByStream(
        Dictionary<(string Metric, string Stream, string Instance), double> values, string metric)
    {
        var streams = values.Where(v => v.Key.Metric == metric)
            .GroupBy(v => v.Key.Stream, StringComparer.Ordinal)
            .ToDictionary(g => g.Key, g => g.Sum(v => v.Value), StringComparer.Ordinal);
        return streams.Count == 0 ? null : streams;
    }

    private static double? Mean(
        Dictionary<(string Metric, string Stream, string Instance), double> values, string latency, string count)
    {
        var weighted = values.Where(v => v.Key.Metric == latency)
            .Select(v => (v.Value, Weight: values.GetValueOrDefault((count, v.Key.Stream, v.Key.Instance))))
            .ToList();
        var weight = weighted.Sum(w => w.Weight);
        return weighted.Count == 0 ? null
            : (weight > 0 ? weighted.Sum(w => w.Value * w.Weight) / weight : weighted.Average(w => w.Value)) / NanosecondsPerMillisecond;
    }

    private static double? Capacity(Dictionary<(string Metric, string Stream, string Instance), double> values, double seconds)
    {
        var busy = values.Where(v => v.Key.Metric == "__execute-count")
            .GroupBy(v => v.Key.Instance, StringComparer.Ordinal)
            .Select(g => g.Sum(v => v.Value * values.GetValueOrDefault(("__execute-latency", v.Key.Stream, v.Key.Instance))))
            .ToList();
        return busy.Count == 0 || seconds <= 0 ? null : busy.Max() / (seconds * NanosecondsPerSecond);
    }
}
