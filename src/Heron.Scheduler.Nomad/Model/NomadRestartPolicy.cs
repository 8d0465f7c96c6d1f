namespace Heron.Scheduler.Nomad.Model;

/// <summary>What happens on the node when a task ends; times in nanoseconds.</summary>
internal sealed record NomadRestartPolicy(int Attempts, long Interval, long Delay, string Mode);
