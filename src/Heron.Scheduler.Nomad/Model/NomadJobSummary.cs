namespace Heron.Scheduler.Nomad.Model;

/// <summary>How many allocations of each group are in which state; may lag behind.</summary>
internal sealed record NomadJobSummary(IReadOnlyDictionary<string, NomadGroupSummary>? Summary);
