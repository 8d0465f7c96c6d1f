namespace Heron.Operations.Describe;

/// <summary>One line of the list of topologies.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Id">Name and UUID, made at submit.</param>
/// <param name="Cluster">As submitted.</param>
/// <param name="Role">As submitted.</param>
/// <param name="Environment">As submitted; may be empty.</param>
/// <param name="User">Who submitted it.</param>
/// <param name="Submitted">When, in seconds since 1970.</param>
/// <param name="State">
/// <c>RUNNING</c> or <c>PAUSED</c> as the topology manager says; <c>STARTING</c> while it has written no physical plan.
/// </param>
public sealed record TopologySummary(
    string Name, string Id, string Cluster, string Role, string Environment, string User, long Submitted, string State);
