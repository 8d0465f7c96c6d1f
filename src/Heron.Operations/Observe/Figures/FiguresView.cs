// SPDX-License-Identifier: Apache-2.0
using Heron.Operations.Observe.Plans;

namespace Heron.Operations.Observe.Figures;

/// <summary>The figures that are looked at most, of all components.</summary>
/// <param name="At">When they were read, in seconds since 1970.</param>
/// <param name="Windows">The last 10 minutes, hour, and 3 hours.</param>
public sealed record FiguresView(long At, IReadOnlyList<WindowView> Windows);

/// <summary>Figures of one window.</summary>
/// <param name="Seconds">Back from <see cref="FiguresView.At"/>.</param>
/// <param name="Components">In the order of the logical plan.</param>
public sealed record WindowView(int Seconds, IReadOnlyList<ComponentFigures> Components);

/// <summary>Figures of one component in one window; what is left out was not reported, or does not fit its kind.</summary>
/// <param name="Component">Which.</param>
/// <param name="Kind">Spout or bolt.</param>
/// <param name="Instances">How many reported.</param>
public sealed record ComponentFigures(string Component, ComponentKind Kind, int Instances)
{
    /// <summary>Tuples emitted on all its streams.</summary>
    public double? Emitted { get; init; }

    /// <summary>Tuples emitted on each of its streams that reported.</summary>
    public IReadOnlyDictionary<string, double>? EmittedByStream { get; init; }

    /// <summary>Of a spout tuple trees fully acked, of a bolt tuples that it acked.</summary>
    public double? Acked { get; init; }

    /// <summary>Of a spout tuple trees that failed or timed out, of a bolt tuples that it failed.</summary>
    public double? Failed { get; init; }

    /// <summary>Tuples that a bolt executed.</summary>
    public double? Executed { get; init; }

    /// <summary>Of a spout: from emit to the last ack of the tree, in milliseconds; weighted by acked trees.</summary>
    public double? CompleteLatencyMs { get; init; }

    /// <summary>Of a bolt: time in <c>execute</c>, in milliseconds; weighted by executed tuples.</summary>
    public double? ExecuteLatencyMs { get; init; }

    /// <summary>Of a bolt: from execute to ack, in milliseconds; weighted by executed tuples.</summary>
    public double? ProcessLatencyMs { get; init; }

    /// <summary>Of the busiest instance of a bolt: which part of the window it spent executing, 0 to 1.</summary>
    public double? Capacity { get; init; }

    /// <summary>How long stream managers held spouts back because of its instances, in milliseconds; summed over instances.</summary>
    public double? BackPressureMs { get; init; }
}
