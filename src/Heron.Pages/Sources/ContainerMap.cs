using System.Globalization;
using Heron.Core.Protobuf;
using Heron.Pages.Views;

namespace Heron.Pages.Sources;

/// <summary>Puts together what is known of the containers: planned, scheduled, registered.</summary>
internal static class ContainerMap
{
    /// <summary>The containers by number.</summary>
    /// <param name="packing">What there should be, or null.</param>
    /// <param name="physical">What the topology manager knows to run, or null.</param>
    /// <param name="scheduled">What the scheduler has; null when it does not say.</param>
    public static IReadOnlyList<ContainerView> Of(PackingPlan? packing, PhysicalPlan? physical, IReadOnlyList<int>? scheduled)
    {
        var planned = packing?.ContainerPlans.ToDictionary(c => c.Id) ?? [];
        var registered = (physical?.Stmgrs ?? []).ToDictionary(s => s.Id, StringComparer.Ordinal);
        var instances = (physical?.Instances ?? []).ToDictionary(i => i.Info.TaskId, i => i.InstanceId);
        return [.. planned.Keys.Union(scheduled ?? []).Order().Select(id =>
        {
            var plan = planned.GetValueOrDefault(id);
            var manager = registered.GetValueOrDefault("stmgr-" + id.ToString(CultureInfo.InvariantCulture));
            var resource = plan?.ScheduledResource ?? plan?.RequiredResource;
            return new ContainerView(id, ConditionOf(scheduled, id, plan is not null, manager is not null, physical is not null))
            {
                Node = manager?.HostName,
                Cpu = resource?.Cpu,
                Ram = resource?.Ram,
                Disk = resource?.Disk,
                Instances = [.. plan?.InstancePlans.OrderBy(i => i.ComponentName, StringComparer.Ordinal).ThenBy(i => i.TaskId)
                    .Select(i => new InstanceView(i.ComponentName, i.TaskId, i.ComponentIndex)
                    {
                        InstanceId = instances.GetValueOrDefault(i.TaskId),
                    }) ?? []],
            };
        })];
    }

    private static Condition ConditionOf(IReadOnlyList<int>? scheduled, int id, bool planned, bool registered, bool hasPlan) =>
        scheduled is null ? new Condition("UNKNOWN", Mood.Unknown)
        : !scheduled.Contains(id) ? new Condition("MISSING", Mood.Bad, "The plan has this container, the scheduler does not")
        : !planned && id != 0 ? new Condition("LEFT OVER", Mood.Warning, "The scheduler has this container, the plan does not")
        : registered || (id == 0 && hasPlan) ? new Condition("RUNNING", Mood.Good)
        : new Condition("STARTING", Mood.Busy, "It has not registered with the topology manager yet");
}
