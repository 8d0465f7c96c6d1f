// SPDX-License-Identifier: Apache-2.0
using Heron.Operations.Observe.Plans;
using Heron.Pages.Views;
using Counted = Heron.Operations.Observe.Figures.ComponentFigures;

namespace Heron.Pages.Sources;

/// <summary>What a component did in a span of time.</summary>
/// <param name="Figures">Over all its instances.</param>
/// <param name="EmittedOn">Tuples a second by stream.</param>
internal sealed record ComponentNumbers(ComponentFigures Figures, IReadOnlyDictionary<string, double> EmittedOn)
{
    /// <summary>Makes rates of counts.</summary>
    /// <param name="counted">What was counted.</param>
    /// <param name="seconds">In how many seconds.</param>
    public static ComponentNumbers Of(Counted counted, double seconds) => new(
        new ComponentFigures
        {
            Emitted = counted.Emitted / seconds,
            Executed = counted.Executed / seconds,
            Acked = counted.Acked / seconds,
            Failed = counted.Failed / seconds,
            LatencyMs = counted.Kind == ComponentKind.Spout ? counted.CompleteLatencyMs : counted.ProcessLatencyMs,
            ExecuteMs = counted.ExecuteLatencyMs,
            Capacity = counted.Capacity,

            // Summed over the instances: how much of the time a mean instance held others up.
            BackPressure = counted.BackPressureMs is { } ms ? Math.Min(1, ms / (seconds * 1000) / Math.Max(1, counted.Instances)) : null,
        },
        (counted.EmittedByStream ?? new Dictionary<string, double>())
            .ToDictionary(s => s.Key, s => s.Value / seconds, StringComparer.Ordinal));
}
