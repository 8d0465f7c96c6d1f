// SPDX-License-Identifier: Apache-2.0
using Heron.Core.Protobuf;
using Heron.Core.Topologies;
using Heron.Pages.Views;
using EffectiveSettings = Heron.Operations.Observe.Plans.EffectiveSettings;

namespace Heron.Pages.Sources;

/// <summary>Reads components and streams out of a definition.</summary>
internal static class LogicalPlan
{
    /// <summary>Spouts and bolts, in the order in which tuples meet them.</summary>
    public static IReadOnlyList<ComponentView> Components(Topology topology, IReadOnlyDictionary<string, ComponentNumbers>? numbers)
    {
        var parallelism = TopologySettings.ComponentParallelism(topology);
        var spouts = topology.Spouts.Select(s => s.Comp.Name).ToHashSet(StringComparer.Ordinal);
        var depth = Depths(topology, spouts);
        return [.. TopologySettings.Components(topology)
            .Select(c => new ComponentView(c.Name, spouts.Contains(c.Name), parallelism.GetValueOrDefault(c.Name, 1))
            {
                Figures = numbers?.GetValueOrDefault(c.Name)?.Figures,
            })
            .OrderBy(c => depth.GetValueOrDefault(c.Name, int.MaxValue)).ThenBy(c => c.Name, StringComparer.Ordinal)];
    }

    /// <summary>What flows from where to where.</summary>
    public static IReadOnlyList<StreamView> Streams(Topology topology, IReadOnlyDictionary<string, ComponentNumbers>? numbers) =>
        [.. topology.Bolts.SelectMany(bolt => bolt.Inputs.Select(input => new StreamView(
            input.Stream.ComponentName, bolt.Comp.Name, input.Stream.Id, GroupingOf(input))
        {
            Rate = numbers?.GetValueOrDefault(input.Stream.ComponentName)?.EmittedOn is { } emitted && emitted.TryGetValue(input.Stream.Id, out var rate)
                ? rate
                : null,
        }))];

    /// <summary>The topology's own settings, then those of its components; secrets are masked.</summary>
    public static IReadOnlyList<SettingGroup> Settings(Topology topology) =>
    [
        new SettingGroup("The topology", Settings(topology.TopologyConfig)),
        .. TopologySettings.Components(topology).Select(c => new SettingGroup(c.Name, Settings(c.Config))),
    ];

    private static IReadOnlyList<SettingView> Settings(Config? config) =>
        [.. EffectiveSettings.Of(config).Select(setting => new SettingView(setting.Key, setting.Value))];

    private static string GroupingOf(InputStream input)
    {
        var name = input.Gtype.ToString().ToLowerInvariant();
        return input.GroupingFields is { Keys.Count: > 0 } fields
            ? $"{name} ({string.Join(", ", fields.Keys.Select(k => k.Key))})"
            : name;
    }

    /// <summary>How many streams lie between a spout and each component; a circle of bolts ends nothing here.</summary>
    private static Dictionary<string, int> Depths(Topology topology, HashSet<string> spouts)
    {
        var depths = spouts.ToDictionary(s => s, _ => 0, StringComparer.Ordinal);
        var takers = topology.Bolts
            .SelectMany(b => b.Inputs.Select(i => (From: i.Stream.ComponentName, To: b.Comp.Name)))
            .ToLookup(s => s.From, s => s.To, StringComparer.Ordinal);
        var next = new Queue<string>(spouts.Order(StringComparer.Ordinal));
        while (next.TryDequeue(out var from))
        {
            foreach (var to in takers[from].Where(to => depths.TryAdd(to, depths[from] + 1)))
            {
                next.Enqueue(to);
            }
        }

        return depths;
    }
}
