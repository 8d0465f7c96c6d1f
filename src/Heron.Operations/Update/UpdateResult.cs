// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using Heron.Core.Daemons;
using Heron.Operations.Journal;
using Proto = Heron.Core.Protobuf;

namespace Heron.Operations.Update;

/// <summary>What an update did.</summary>
/// <param name="Text">From what to what, in words.</param>
/// <param name="Warnings">About new containers.</param>
public sealed record UpdateResult(string Text, IReadOnlyList<string> Warnings)
{
    /// <summary>Of a new plan; without a change when the topology was so already.</summary>
    internal static UpdateResult Of(PlanChange? change, IReadOnlyList<string> warnings)
    {
        if (change is null)
        {
            return new("nothing to change: it was so already", warnings);
        }

        List<string> words = [];
        var (from, to) = (change.Current.ContainerPlans.Count, change.Proposed.ContainerPlans.Count);
        if (from != to)
        {
            words.Add(string.Create(CultureInfo.InvariantCulture, $"{from} to {to} containers"));
        }

        var (before, after) = (Instances(change.Current), Instances(change.Proposed));
        words.AddRange(before.Keys.Union(after.Keys).Order(StringComparer.Ordinal)
            .Where(c => before.GetValueOrDefault(c) != after.GetValueOrDefault(c))
            .Select(c => string.Create(
                CultureInfo.InvariantCulture, $"{c} {before.GetValueOrDefault(c)} to {after.GetValueOrDefault(c)} instances")));
        return new(words.Count == 0 ? "updated" : "updated: " + string.Join(", ", words), warnings);
    }

    /// <summary>Of settings. Their values are nobody's business.</summary>
    internal static UpdateResult Of(IReadOnlyList<RuntimeSetting> settings) => new(
        "set " + string.Join(", ", settings.Select(s => s.Component is { } component ? $"{s.Key} of {component}" : s.Key)), []);

    private static Dictionary<string, int> Instances(Proto.PackingPlan plan) => plan.ContainerPlans
        .SelectMany(c => c.InstancePlans).GroupBy(i => i.ComponentName).ToDictionary(g => g.Key, g => g.Count(), StringComparer.Ordinal);
}
