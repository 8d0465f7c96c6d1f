namespace Heron.Operations.Describe;

/// <summary>The answer to a request for all topologies.</summary>
/// <param name="Topologies">Sorted by name.</param>
public sealed record TopologyList(IReadOnlyList<TopologySummary> Topologies);
