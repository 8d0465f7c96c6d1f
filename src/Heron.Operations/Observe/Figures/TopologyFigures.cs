// SPDX-License-Identifier: Apache-2.0
using Heron.Core;
using Heron.Core.Daemons;
using Heron.Core.Protobuf;
using Heron.Core.State;
using Heron.Core.Topologies;
using Heron.Operations.Observe.Plans;

namespace Heron.Operations.Observe.Figures;

/// <summary>
/// The common figures of topologies. Instances report once a minute, so what was read is given again for some seconds: any number of
/// pages that show a topology ask its daemons once.
/// </summary>
public sealed class TopologyFigures(TopologyPlans plans, ITopologyStats stats, IStateManager state, TimeProvider time)
{
    private const string StreamManagers = "__stmgr__";
    private const string BackPressure = "__time_spent_back_pressure_by_compid/";
    private const int MaxCallsAtOnce = 4;
    private const int MostRemembered = 1000;

    private static readonly int[] Windows = [600, 3600, 10_800];
    private static readonly TimeSpan Memory = TimeSpan.FromSeconds(10);

    private readonly Lock _lock = new();
    private readonly Dictionary<string, Remembered> _known = new(StringComparer.Ordinal);

    /// <summary>The figures of a topology.</summary>
    /// <exception cref="HeronException">
    /// As for <see cref="ITopologyStats.GetMetricsAsync"/>; <see cref="FaultKind.NotFound"/>: no such topology.
    /// </exception>
    public async Task<FiguresView> ReadAsync(TopologyAddress address, CancellationToken cancellationToken)
    {
        var (topology, definition, plan) = await plans.FindAsync(address, cancellationToken);
        return await Reading(topology, definition, plan).WaitAsync(cancellationToken);
    }

    // Read for all who ask meanwhile: nobody's leaving ends it. What it asks has limits of its own.
    private Task<FiguresView> Reading(TopologyIdentity topology, Topology definition, PhysicalPlan? plan)
    {
        var now = time.GetTimestamp();
        lock (_lock)
        {
            if (_known.TryGetValue(topology.Id, out var known) && !known.Figures.IsFaulted && time.GetElapsedTime(known.At, now) < Memory)
            {
                return known.Figures;
            }

            if (_known.Count >= MostRemembered)
            {
                _known.Clear();
            }

            var reading = Task.Run(() => ReadAsync(topology, definition, plan));
            _known[topology.Id] = new Remembered(reading, now);
            return reading;
        }
    }

    private async Task<FiguresView> ReadAsync(TopologyIdentity topology, Topology definition, PhysicalPlan? plan)
    {
        var now = time.GetUtcNow().ToUnixTimeSeconds();
        var submitted = (await state.GetExecutionStateAsync(topology.Name, CancellationToken.None))?.SubmissionTime ?? 0;
        var components = ComponentMetrics.Of(definition);
        var answers = Array.ConvertAll(Windows, _ => new MetricAnswer[components.Count]);
        var pressures = new MetricAnswer[Windows.Length];
        var instances = (plan?.Instances ?? []).ToLookup(i => i.Info.ComponentName, i => BackPressure + i.InstanceId, StringComparer.Ordinal);
        var names = instances.SelectMany(i => i).ToList();
        var calls = components.Count + (names.Count > 0 ? 1 : 0);
        await Parallel.ForAsync(
            0,
            Windows.Length * calls,
            new ParallelOptions { MaxDegreeOfParallelism = MaxCallsAtOnce },
            async (call, token) =>
            {
                var (window, component) = (call / calls, call % calls);
                if (component == components.Count)
                {
                    pressures[window] = await stats.GetMetricsAsync(
                        topology, new MetricQuestion(StreamManagers, names) { Window = Windows[window] }, token);
                }
                else
                {
                    answers[window][component] = await stats.GetMetricsAsync(
                        topology,
                        new MetricQuestion(components[component].Name, components[component].Names) { Window = Windows[window] },
                        token);
                }
            });
        return new FiguresView(now, [.. Windows.Select((seconds, window) => new WindowView(
            seconds,
            [.. components.Select((component, i) => component.Figures(
                answers[window][i],
                PressureOf(pressures[window], instances[component.Name].ToHashSet(StringComparer.Ordinal)),
                Math.Min(seconds, Math.Max(1, now - submitted))))]))]);
    }

    private static double? PressureOf(MetricAnswer? answer, HashSet<string> names)
    {
        var values = (answer?.Series ?? []).Where(s => names.Contains(s.Metric)).Select(s => MetricNumber.Parse(s.Value)).OfType<double>().ToList();
        return values.Count == 0 ? null : values.Sum();
    }

    private sealed record Remembered(Task<FiguresView> Figures, long At);
}
