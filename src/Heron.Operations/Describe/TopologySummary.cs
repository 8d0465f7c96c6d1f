// SPDX-License-Identifier: Apache-2.0
using System.Text.Json.Serialization;
using Heron.Core.Scheduling;
using Heron.Core.State;
using Heron.Operations.Observe.Containers;
using Heron.Operations.Running;

namespace Heron.Operations.Describe;

/// <summary>One line of the list of topologies. What cannot be read of a damaged one is empty.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Id">Name and UUID, made at submit.</param>
/// <param name="Cluster">As submitted.</param>
/// <param name="Role">As submitted.</param>
/// <param name="Environment">As submitted; may be empty.</param>
/// <param name="User">Who submitted it.</param>
/// <param name="Submitted">When, in seconds since 1970.</param>
/// <param name="State"><c>RUNNING</c>, <c>STARTING</c>, <c>DEGRADED</c>, <c>FAILING</c>, <c>DAMAGED</c>, <c>LOST</c> or <c>KILLED</c>.</param>
public sealed record TopologySummary(
    string Name, string Id, string Cluster, string Role, string Environment, string User, long Submitted, string State)
{
    /// <summary>Heron's own word, <c>RUNNING</c> or <c>PAUSED</c>, as the topology manager says; left out before it does.</summary>
    public string? HeronState { get; init; }

    /// <summary>Why the state is not <c>RUNNING</c>, in words.</summary>
    public string? Reason { get; init; }

    /// <summary>How many of its containers run.</summary>
    public ContainerCounts? Containers { get; init; }

    /// <summary>What is damaged, a sentence for each node; left out when nothing is.</summary>
    public IReadOnlyList<string>? Damage { get; init; }

    /// <summary>Whether it is known where it belongs: its execution state can be read, or its containers tell.</summary>
    [JsonIgnore]
    public bool IsPlaced { get; init; } = true;

    /// <summary>The line, were the topology launched or changed just now; null when that makes no difference.</summary>
    [JsonIgnore]
    internal TopologySummary? InTheMaking { get; init; }

    /// <summary>The line of a topology that only the scheduler knows.</summary>
    internal static TopologySummary Of(ScheduledTopology lost)
    {
        var place = LostTopologies.PlaceOf(lost);
        return new TopologySummary(
            lost.Name, lost.Id, place.Cluster, place.Role, place.Environment, User: "", Submitted: 0, TopologyWords.Lost)
        {
            Reason = LostTopologies.Words(lost),
            Containers = new ContainerCounts(lost.Containers.Count),
            IsPlaced = place.Cluster.Length > 0,
        };
    }

    /// <summary>The line of a topology.</summary>
    internal static TopologySummary Of(TopologySnapshot topology, ContainerSight? sight)
    {
        var execution = topology.ExecutionState.Value;
        var judged = JudgedTopology.Of(topology, sight);
        var summary = new TopologySummary(
            topology.Name,
            topology.Id ?? "",
            execution?.Cluster ?? "",
            execution?.Role ?? "",
            execution?.Environ ?? "",
            execution?.SubmissionUser ?? "",
            execution?.SubmissionTime ?? 0,
            judged.State)
        {
            HeronState = HeronStateOf(topology),
            Reason = judged.Reason,
            Containers = ContainerCounts.Of(judged, sight),
            Damage = DamageOf(topology),
            IsPlaced = execution is not null,
        };
        var inTheMaking = judged.InTheMaking();
        return ReferenceEquals(inTheMaking, judged)
            ? summary
            : summary with { InTheMaking = summary with { State = inTheMaking.State, Reason = inTheMaking.Reason } };
    }

    internal static string? HeronStateOf(TopologySnapshot topology) =>
        topology.PhysicalPlan.Value is { } physical ? TopologyWords.Of(physical.Topology.State) : null;

    internal static IReadOnlyList<string>? DamageOf(TopologySnapshot topology) =>
        topology.Damages is { Count: > 0 } damages
            ? [.. damages.Select(d => $"{StatePaths.RelativeOf(d.Node, topology.Name)} {d.Reason}")]
            : null;
}

/// <summary>Containers of a topology, that of its manager included.</summary>
/// <param name="Wanted">How many there should be.</param>
public sealed record ContainerCounts(int Wanted)
{
    /// <summary>How many run; left out while the scheduler has told nothing.</summary>
    public int? Running { get; init; }

    internal static ContainerCounts Of(JudgedTopology judged, ContainerSight? sight) =>
        new(judged.Containers.Count(c => c.Id == 0 || c.Plan is not null))
        {
            Running = sight is { Containers.Count: > 0 } ? judged.Containers.Count(c => c.State == JudgedContainer.Running) : null,
        };
}
