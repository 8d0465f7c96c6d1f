// SPDX-License-Identifier: Apache-2.0
namespace Heron.Operations.Observe.Metrics;

/// <summary>What the name of a metric says about its numbers.</summary>
public static class MetricName
{
    // What the sinks of heron-core keep as it was last reported; the rest are sums (counts) and means (latencies).
    private static readonly string[] Lasting =
    [
        "__jvm-gc-collection-time-ms", "__jvm-memory-mb-total", "__jvm-memory-used-mb", "__jvm-process-cpu-load", "__jvm-uptime-secs",
    ];

    /// <summary>The unit; null where the name does not tell.</summary>
    public static string? UnitOf(string metric)
    {
        var name = metric.Split('/')[0];
        return name switch
        {
            _ when metric.Contains("__time_spent_back_pressure", StringComparison.Ordinal) => "ms",
            _ when name.EndsWith("-latency", StringComparison.Ordinal) => "ns",
            _ when name.EndsWith("-ms", StringComparison.Ordinal) => "ms",
            _ when name.Contains("-mb", StringComparison.Ordinal) => "MB",
            _ when name.EndsWith("-secs", StringComparison.Ordinal) => "s",
            _ when name.EndsWith("-cpu-load", StringComparison.Ordinal) => "cores",
            "__emit-count" or "__ack-count" or "__fail-count" or "__execute-count" => "tuples",
            _ => null,
        };
    }

    /// <summary>Whether the value of a window is the last report and not a sum or a mean.</summary>
    public static bool IsLasting(string metric) => Lasting.Contains(metric, StringComparer.Ordinal);
}
