// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using Heron.Core.Scheduling;
using Heron.Core.State;
using Proto = Heron.Core.Protobuf;

namespace Heron.Operations.Describe;

/// <summary>How a container is.</summary>
/// <param name="Id">Its number.</param>
/// <param name="State">See <see cref="ContainerDescription.State"/>.</param>
/// <param name="Reason">Why it does not run.</param>
/// <param name="Status">What the scheduler knows; null when it has told nothing.</param>
/// <param name="Plan">What the packing plan has of it, or null.</param>
internal sealed record JudgedContainer(int Id, string? State, string? Reason, ContainerStatus? Status, Proto.ContainerPlan? Plan)
{
    public const string Pending = "PENDING";
    public const string Starting = "STARTING";
    public const string Running = "RUNNING";
    public const string Stopped = "STOPPED";
    public const string Missing = "MISSING";

    /// <summary>Whether it will not run without something else happening.</summary>
    public bool IsIll => State is not (null or Running or Starting);

    /// <summary>All containers that are planned or there.</summary>
    public static IReadOnlyList<JudgedContainer> Of(TopologySnapshot topology, IReadOnlyList<ContainerStatus> statuses)
    {
        var planned = (topology.PackingPlan.Value?.ContainerPlans ?? []).ToDictionary(c => c.Id);
        var known = statuses.ToDictionary(s => s.Container);
        var registered = topology.PhysicalPlan.Value?.Stmgrs.Select(s => s.Id).ToHashSet(StringComparer.Ordinal);
        return [.. planned.Keys.Append(0).Union(known.Keys).Order().Select(id =>
        {
            var status = known.GetValueOrDefault(id);
            var isThere = id == 0 || registered is null
                || registered.Contains(string.Create(CultureInfo.InvariantCulture, $"stmgr-{id}"));
            var (state, reason) = status is null ? (null, null) : Judge(status, id == 0 || planned.ContainsKey(id), isThere);
            return new JudgedContainer(id, state, reason, status, planned.GetValueOrDefault(id));
        })];
    }

    /// <summary>As answers tell it.</summary>
    /// <param name="instanceIds">The names of instances by task.</param>
    public ContainerDescription Describe(IReadOnlyDictionary<int, string> instanceIds) => new(
        Id,
        [.. Plan?.InstancePlans.OrderBy(i => i.TaskId).Select(i => new InstanceDescription(i.ComponentName, i.TaskId, i.ComponentIndex)
        {
            Id = instanceIds.GetValueOrDefault(i.TaskId),
        }) ?? []])
    {
        State = State,
        Reason = Reason,
        Node = Status?.Node,
        Since = Status?.Since,
        Restarts = Status?.Restarts,
        LastExit = ExitDescription.Of(Status?.LastExit),
        Ports = Status?.Ports.Count > 0 ? Status.Ports : null,
        Run = Status?.Run,
        Page = Status?.Page,
        Required = ResourceDescription.Of(Plan?.RequiredResource),
        Scheduled = ResourceDescription.Of(Plan?.ScheduledResource),
    };

    private static (string State, string? Reason) Judge(ContainerStatus status, bool isPlanned, bool isThere) => status.State switch
    {
        ContainerState.Running when !isPlanned => (Running, "the scheduler runs this container, the plan does not have it"),
        ContainerState.Running when !isThere => (Starting, "it runs, and has not registered with the topology manager yet"),
        ContainerState.Running => (Running, null),
        var state => (state.ToString().ToUpperInvariant(), status.Reason ?? Otherwise(status)),
    };

    private static string? Otherwise(ContainerStatus status) => status switch
    {
        { State: ContainerState.Starting } => null,
        { LastExit: { } exit, State: ContainerState.Failing } => $"it ended with {exit.ToWords()}",
        { State: ContainerState.Failing } => "it ends by itself and is started again",
        { State: ContainerState.Pending } => "the scheduler has not found a place for it yet",
        { State: ContainerState.Stopped } => "it was ended on somebody's order",
        { State: ContainerState.Missing } => "the plan has this container, the scheduler does not",
        _ => "its node does not answer",
    };
}
