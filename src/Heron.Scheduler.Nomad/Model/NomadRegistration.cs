namespace Heron.Scheduler.Nomad.Model;

/// <summary>Nomad's answer to a registration: the job is stored, no more.</summary>
internal sealed record NomadRegistration(string? EvalID, long JobModifyIndex, string? Warnings);
