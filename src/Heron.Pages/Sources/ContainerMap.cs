// SPDX-License-Identifier: Apache-2.0
using Heron.Operations.Describe;
using Heron.Pages.Views;

namespace Heron.Pages.Sources;

/// <summary>Makes the containers of a topology ready to be shown.</summary>
internal static class ContainerMap
{
    /// <summary>The containers by number.</summary>
    public static IReadOnlyList<ContainerView> Of(TopologyDescription topology) => [.. topology.Containers.Select(c =>
    {
        var resource = c.Scheduled ?? c.Required;
        return new ContainerView(c.Id, new Condition(c.State ?? "UNKNOWN", MoodOf(c), c.Reason))
        {
            Node = c.Node,
            Since = c.Since,
            Restarts = c.Restarts,
            LastExit = c.LastExit?.Words,
            Cpu = resource?.Cpu,
            Ram = resource?.Ram,
            Disk = resource?.Disk,
            Ports = [.. (c.Ports ?? new Dictionary<string, int>()).OrderBy(p => p.Key, StringComparer.Ordinal)],
            SchedulerPage = c.Page,
            Instances = [.. c.Instances.OrderBy(i => i.Component, StringComparer.Ordinal).ThenBy(i => i.Task)
                .Select(i => new InstanceView(i.Component, i.Task, i.Index) { InstanceId = i.Id })],
        };
    })];

    private static Mood MoodOf(ContainerDescription container) => container.State switch
    {
        null => Mood.Unknown,
        "RUNNING" => container.Reason is null ? Mood.Good : Mood.Warning,
        "STARTING" => Mood.Busy,
        "PENDING" or "STOPPED" => Mood.Warning,
        _ => Mood.Bad,
    };
}
