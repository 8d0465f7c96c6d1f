using System.Globalization;
using Heron.Core.Protobuf;
using Heron.Core.Scheduling;
using Heron.Pages.Views;

namespace Heron.Pages.Sources;

/// <summary>Puts together what is known of the containers: planned, scheduled, registered.</summary>
internal static class ContainerMap
{
    /// <summary>The containers by number.</summary>
    /// <param name="packing">What there should be, or null.</param>
    /// <param name="physical">What the topology manager knows to run, or null.</param>
    /// <param name="statuses">What the scheduler knows; null when it does not say.</param>
    public static IReadOnlyList<ContainerView> Of(
        PackingPlan? packing, PhysicalPlan? physical, IReadOnlyList<ContainerStatus>? statuses)
    {
        var planned = packing?.ContainerPlans.ToDictionary(c => c.Id) ?? [];
        var known = (statuses ?? []).ToDictionary(s => s.Container);
        var registered = (physical?.Stmgrs ?? []).ToDictionary(s => s.Id, StringComparer.Ordinal);
        var instances = (physical?.Instances ?? []).ToDictionary(i => i.Info.TaskId, i => i.InstanceId);
        return [.. planned.Keys.Union(known.Keys).Order().Select(id =>
        {
            var plan = planned.GetValueOrDefault(id);
            var status = known.GetValueOrDefault(id);
            var manager = registered.GetValueOrDefault("stmgr-" + id.ToString(CultureInfo.InvariantCulture));
            var resource = plan?.ScheduledResource ?? plan?.RequiredResource;
            return new ContainerView(id, ConditionOf(status, isPlanned: plan is not null || id == 0, isThere: manager is not null || (id == 0 && physical is not null)))
            {
                Node = status?.Node ?? manager?.HostName,
                Since = status?.Since,
                Restarts = status?.Restarts,
                LastExit = status?.LastExit?.ToWords(),
                Cpu = resource?.Cpu,
                Ram = resource?.Ram,
                Disk = resource?.Disk,
                Ports = [.. (status?.Ports ?? new Dictionary<string, int>()).OrderBy(p => p.Key, StringComparer.Ordinal)],
                SchedulerPage = status?.Page,
                Instances = [.. plan?.InstancePlans.OrderBy(i => i.ComponentName, StringComparer.Ordinal).ThenBy(i => i.TaskId)
                    .Select(i => new InstanceView(i.ComponentName, i.TaskId, i.ComponentIndex)
                    {
                        InstanceId = instances.GetValueOrDefault(i.TaskId),
                    }) ?? []],
            };
        })];
    }

    private static Condition ConditionOf(ContainerStatus? status, bool isPlanned, bool isThere) =>
        status is null ? new Condition("UNKNOWN", Mood.Unknown) : Known(status, isPlanned, isThere);

    private static Condition Known(ContainerStatus status, bool isPlanned, bool isThere) => status.State switch
    {
        ContainerState.Pending => new Condition("PENDING", Mood.Warning, status.Reason ?? "The scheduler has not found a place for it yet"),
        ContainerState.Starting => new Condition("STARTING", Mood.Busy, status.Reason),
        ContainerState.Failing => new Condition("FAILING", Mood.Bad, Why(status, "It ends by itself and is started again")),
        ContainerState.Stopped => new Condition("STOPPED", Mood.Warning, Why(status, "It was ended on somebody's order")),
        ContainerState.Missing => new Condition("MISSING", Mood.Bad, status.Reason ?? "The plan has this container, the scheduler does not"),
        _ when !isPlanned => new Condition("LEFT OVER", Mood.Warning, "The scheduler has this container, the plan does not"),
        _ when !isThere => new Condition("STARTING", Mood.Busy, "It runs, and has not registered with the topology manager yet"),
        _ => new Condition("RUNNING", Mood.Good),
    };

    private static string Why(ContainerStatus status, string otherwise) =>
        status.Reason ?? (status.LastExit is { } exit ? $"It ended with {exit.ToWords()}" : otherwise);
}
