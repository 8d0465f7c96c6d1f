namespace Heron.Scheduler.Nomad.Model;

/// <summary>Disk that the group reserves on the node.</summary>
internal sealed record NomadEphemeralDisk(int SizeMB);
