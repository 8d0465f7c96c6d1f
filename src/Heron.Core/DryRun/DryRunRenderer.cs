// SPDX-License-Identifier: Apache-2.0
using Heron.Core.Configuration;
using Heron.Core.Packing;
using Topology = Heron.Core.Protobuf.Topology;

namespace Heron.Core.DryRun;

/// <summary>
/// Writes the answer to a dry run: the plan that a submission or an update would put in place. It comes piece by piece, each made when it
/// is asked for.
/// </summary>
public static class DryRunRenderer
{
    /// <summary>The plan of a submission.</summary>
    /// <param name="topology">What would be submitted.</param>
    /// <param name="config">Names the packing algorithm.</param>
    /// <param name="plan">What would be run.</param>
    /// <param name="format">Any but <see cref="DryRunFormat.Nomad"/>.</param>
    public static IEnumerable<string> Submit(Topology topology, HeronConfig config, PackingPlan plan, DryRunFormat format)
    {
        var packing = config.GetString(ConfigKeys.PackingClass, "");
        return format switch
        {
            DryRunFormat.Raw => plan.Texts.Prepend($"Packing class: {packing}\nTopology: {topology.Name}\nPacking plan:\n"),
            DryRunFormat.Json => JsonPlan.Write(topology.Name, packing, plan),
            DryRunFormat.Table or DryRunFormat.ColoredTable =>
                new PlanTables(format == DryRunFormat.ColoredTable).Submit(packing, plan),
            _ => throw new ArgumentOutOfRangeException(nameof(format), format, "the scheduler writes this format"),
        };
    }

    /// <summary>The plan of an update beside the present one.</summary>
    /// <param name="topology">What would be updated.</param>
    /// <param name="config">Names the packing and repacking algorithms.</param>
    /// <param name="plan">What would be run, as the algorithm made it.</param>
    /// <param name="current">What runs now.</param>
    /// <param name="format">Any but <see cref="DryRunFormat.Nomad"/>.</param>
    public static IEnumerable<string> Update(
        Topology topology, HeronConfig config, PackingPlan plan, PackingPlan current, DryRunFormat format)
    {
        // The Java server passes the new plan through its stored form first, which puts it into another order.
        plan = PackingPlanProto.FromProto(plan.ToProto());
        var packing = config.GetString(ConfigKeys.PackingClass, "");
        return format switch
        {
            DryRunFormat.Raw => Both(plan.Texts, current.Texts).Prepend($"Packing class: {packing}\nTopology: {topology.Name}\n"),
            DryRunFormat.Json => Both(JsonPlan.Write(topology.Name, packing, plan), JsonPlan.Write(topology.Name, packing, current)),
            DryRunFormat.Table or DryRunFormat.ColoredTable => new PlanTables(format == DryRunFormat.ColoredTable)
                .Update(config.GetString(ConfigKeys.RepackingClass, ""), plan, current),
            _ => throw new ArgumentOutOfRangeException(nameof(format), format, "the scheduler writes this format"),
        };
    }

    private static IEnumerable<string> Both(IEnumerable<string> plan, IEnumerable<string> current) =>
        plan.Prepend("New packing plan:\n").Concat(current.Prepend("\nOld packing plan:\n")).Append("\n");
}
