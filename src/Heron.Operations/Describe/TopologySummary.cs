using Heron.Core.State;

namespace Heron.Operations.Describe;

/// <summary>One line of the list of topologies. What cannot be read of a damaged one is empty.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Id">Name and UUID, made at submit.</param>
/// <param name="Cluster">As submitted.</param>
/// <param name="Role">As submitted.</param>
/// <param name="Environment">As submitted; may be empty.</param>
/// <param name="User">Who submitted it.</param>
/// <param name="Submitted">When, in seconds since 1970.</param>
/// <param name="State">
/// <c>RUNNING</c> or <c>PAUSED</c> as the topology manager says; <c>STARTING</c> while it has written no physical plan;
/// <c>DAMAGED</c> when the state store does not hold what belongs there.
/// </param>
public sealed record TopologySummary(
    string Name, string Id, string Cluster, string Role, string Environment, string User, long Submitted, string State)
{
    /// <summary>Its manager has written no physical plan.</summary>
    public const string Starting = "STARTING";

    /// <summary>Nodes of its state are damaged.</summary>
    public const string Damaged = "DAMAGED";

    private static readonly string[] ByState = ["", "RUNNING", "PAUSED", "KILLED"];

    /// <summary>Every state that a topology can be in.</summary>
    public static IReadOnlyList<string> States { get; } = ["RUNNING", "PAUSED", "KILLED", Starting, Damaged];

    /// <summary>What is damaged, a sentence for each node; left out when nothing is.</summary>
    public IReadOnlyList<string>? Damage { get; init; }

    /// <summary>The line of a topology.</summary>
    internal static TopologySummary Of(TopologySnapshot topology)
    {
        var execution = topology.ExecutionState.Value;
        return new TopologySummary(
            topology.Name,
            topology.Id ?? "",
            execution?.Cluster ?? "",
            execution?.Role ?? "",
            execution?.Environ ?? "",
            execution?.SubmissionUser ?? "",
            execution?.SubmissionTime ?? 0,
            StateOf(topology))
        {
            Damage = DamageOf(topology),
        };
    }

    internal static string StateOf(TopologySnapshot topology) =>
        topology.Damages.Count > 0 ? Damaged
        : topology.PhysicalPlan.Value is { } physical ? ByState[(int)physical.Topology.State]
        : Starting;

    internal static IReadOnlyList<string>? DamageOf(TopologySnapshot topology) =>
        topology.Damages is { Count: > 0 } damages
            ? [.. damages.Select(d => $"{StatePaths.RelativeOf(d.Node, topology.Name)} {d.Reason}")]
            : null;
}
