namespace Heron.Scheduler.Nomad.Model;

/// <summary>One event; Nomad keeps the last ten.</summary>
internal sealed record NomadTaskEvent(string Type, string? DisplayMessage);
