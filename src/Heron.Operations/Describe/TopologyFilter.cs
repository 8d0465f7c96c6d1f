using Heron.Core.Protobuf;

namespace Heron.Operations.Describe;

/// <summary>Which topologies are wanted; null means any.</summary>
/// <param name="Cluster">Only of this cluster.</param>
/// <param name="Role">Only of this role.</param>
/// <param name="Environment">Only of this environment; empty is an environment too.</param>
public sealed record TopologyFilter(string? Cluster, string? Role, string? Environment)
{
    /// <summary>Whether a topology is wanted.</summary>
    public bool Takes(ExecutionState execution) =>
        (Cluster is null || Cluster == execution.Cluster)
        && (Role is null || Role == execution.Role)
        && (Environment is null || Environment == execution.Environ);
}
