namespace Heron.Scheduler.Nomad.Model;

/// <summary>What a task went through.</summary>
internal sealed record NomadTaskState(bool Failed, IReadOnlyList<NomadTaskEvent>? Events);
