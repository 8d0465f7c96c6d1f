namespace Heron.Scheduler.Nomad.Model;

/// <summary>When a lost or failed container is placed anew; times in nanoseconds.</summary>
internal sealed record NomadReschedulePolicy(bool Unlimited, long Delay, string DelayFunction, long MaxDelay);
