namespace Heron.Scheduler.Nomad.Model;

/// <summary>The part of a job that says whose it is; the rest, scripts and all, is skipped while reading.</summary>
internal sealed record NomadJobOwner(IReadOnlyDictionary<string, string>? Meta);
