namespace Heron.Scheduler.Nomad.Model;

/// <summary>Counts of one group's allocations.</summary>
internal sealed record NomadGroupSummary(int Queued, int Starting, int Running, int Complete, int Failed, int Lost);
