namespace Heron.Scheduler.Nomad.Model;

/// <summary>A check of a service; times in nanoseconds.</summary>
internal sealed record NomadServiceCheck(string Type, string PortLabel, long Interval, long Timeout);
