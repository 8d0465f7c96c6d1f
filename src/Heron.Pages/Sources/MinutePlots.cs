// SPDX-License-Identifier: Apache-2.0
using Heron.Operations.Observe.Metrics;
using Heron.Pages.Views;

namespace Heron.Pages.Sources;

/// <summary>Makes plots of minutes.</summary>
internal static class MinutePlots
{
    private const int MostLines = 12;
    private const double Minute = 60;
    private const double Nanoseconds = 1e6;

    private static readonly (string Title, string Unit, string[] Prefixes, double Divisor, bool Adds)[] Plots =
    [
        ("Emitted", "tuples a second", [MetricNames.Emit], Minute, true),
        ("Executed", "tuples a second", [MetricNames.Execute], Minute, true),
        ("Failed", "tuples a second", [MetricNames.Fail], Minute, true),
        ("Latency", "ms, from arrival or emit to ack", [MetricNames.CompleteLatency, MetricNames.ProcessLatency], Nanoseconds, false),
        ("Execution", "ms a tuple", [MetricNames.ExecuteLatency], Nanoseconds, false),
        ("CPU", "cores", [MetricNames.CpuLoad], 1, true),
        ("Memory", "MB used by the JVMs", [MetricNames.MemoryUsed], 1, true),
    ];

    /// <summary>One plot a measure, with a line a component or, of one component, a line an instance.</summary>
    public static IReadOnlyList<PlotView> Of(IReadOnlyList<MetricsView> components, bool byInstance, IReadOnlyList<long> minutes)
    {
        List<PlotView> plots = [];
        foreach (var (title, unit, prefixes, divisor, adds) in Plots)
        {
            var lines = components
                .SelectMany(c => c.Metrics
                    .Where(m => prefixes.Any(p => m.Name.StartsWith(p, StringComparison.Ordinal)))
                    .SelectMany(m => m.Instances)
                    .GroupBy(i => byInstance ? i.Instance : c.Component, StringComparer.Ordinal))
                .Select(g => new PlotLine(g.Key, Values(g, minutes, divisor, adds)))
                .Where(l => l.Values.Any(v => v is not null))
                .OrderBy(l => l.Name, StringComparer.Ordinal)
                .Take(MostLines)
                .ToList();
            if (lines.Count > 0)
            {
                plots.Add(new PlotView(title, unit, [.. minutes.Select(DateTimeOffset.FromUnixTimeSeconds)], lines));
            }
        }

        return plots;
    }

    private static IReadOnlyList<double?> Values(
        IEnumerable<InstanceMetricView> series, IReadOnlyList<long> minutes, double divisor, bool adds)
    {
        var points = series.SelectMany(s => s.Minutes ?? [])
            .Where(p => p.Value is not null && (adds || p.Value > 0))
            .ToLookup(p => p.Start / (long)Minute * (long)Minute, p => p.Value!.Value);
        return [.. minutes.Select(m => !points.Contains(m) ? (double?)null : (adds ? points[m].Sum() : points[m].Average()) / divisor)];
    }
}
