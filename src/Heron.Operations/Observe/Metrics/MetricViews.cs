// SPDX-License-Identifier: Apache-2.0
namespace Heron.Operations.Observe.Metrics;

/// <summary>Metrics of one component.</summary>
/// <param name="Component">Which.</param>
/// <param name="Metrics">Those that it has.</param>
public sealed record MetricsView(string Component, IReadOnlyList<MetricView> Metrics);

/// <summary>One metric.</summary>
/// <param name="Name">With its stream: <c>__emit-count/default</c>.</param>
/// <param name="Unit">Of its numbers; left out where the name does not tell.</param>
/// <param name="Instances">By id.</param>
public sealed record MetricView(string Name, string? Unit, IReadOnlyList<InstanceMetricView> Instances);

/// <summary>One metric of one instance.</summary>
/// <param name="Instance">Id of the instance, or of a stream manager.</param>
public sealed record InstanceMetricView(string Instance)
{
    /// <summary>Of the whole window: counts are sums, latencies means, all else the last report; left out where there is none.</summary>
    public double? Value { get; init; }

    /// <summary>Oldest first; left out unless asked for.</summary>
    public IReadOnlyList<MinuteView>? Minutes { get; init; }
}

/// <summary>One minute.</summary>
/// <param name="Start">Seconds since 1970.</param>
/// <param name="Value">Left out where a mean had nothing.</param>
public sealed record MinuteView(long Start, double? Value);

/// <summary>Exceptions that instances have reported.</summary>
/// <param name="Exceptions">The latest first.</param>
public sealed record ExceptionsView(IReadOnlyList<ExceptionView> Exceptions);

/// <summary>One exception, or one class of them.</summary>
/// <param name="Component">Whose.</param>
/// <param name="Instance">Which instance.</param>
/// <param name="Host">Where it ran.</param>
/// <param name="First">When it was first seen, in the instance's own words.</param>
/// <param name="Last">When it was last seen, in the instance's own words.</param>
/// <param name="Count">How often in between.</param>
/// <param name="Text">The stack trace; in a summary the class.</param>
public sealed record ExceptionView(
    string Component, string Instance, string Host, string First, string Last, int Count, string Text)
{
    /// <summary>Seconds since 1970; left out where the words are of another zone than UTC.</summary>
    public long? FirstTime { get; init; }

    /// <summary>Seconds since 1970; left out where the words are of another zone than UTC.</summary>
    public long? LastTime { get; init; }

    /// <summary>What was logged with it.</summary>
    public string? Logging { get; init; }
}
