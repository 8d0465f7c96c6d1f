// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using Heron.Core.Protobuf;

namespace Heron.Operations.Update;

/// <summary>
/// Tells whether a physical plan was made from a packing plan. The old physical plan stays in the state manager until the
/// topology manager has noticed the new packing plan, so its mere presence says nothing.
/// </summary>
public static class PhysicalPlanMatch
{
    /// <summary>Whether every instance runs in the container that the packing plan gives it, and none besides.</summary>
    public static bool IsMadeFrom(this PhysicalPlan? physical, PackingPlan packing)
    {
        if (physical is null)
        {
            return false;
        }

        var planned = packing.ContainerPlans
            .SelectMany(c => c.InstancePlans.Select(i => (c.Id, i.TaskId, i.ComponentName, i.ComponentIndex)))
            .ToHashSet();
        return physical.Instances.Count == planned.Count
            && physical.Instances.All(i => planned.Contains(
                (ContainerOf(i.StmgrId), i.Info.TaskId, i.Info.ComponentName, i.Info.ComponentIndex)));
    }

    // Stream managers are named stmgr-CONTAINER in every release.
    private static int ContainerOf(string stmgrId) => int.TryParse(
        stmgrId.AsSpan(stmgrId.LastIndexOf('-') + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var id)
        ? id
        : -1;
}
