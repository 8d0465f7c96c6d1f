namespace Heron.ApiServer.Lifecycle.Descriptions;

/// <summary>The answer to a request for all topologies.</summary>
/// <param name="Topologies">Sorted by name.</param>
internal sealed record TopologyList(IReadOnlyList<TopologySummary> Topologies);
