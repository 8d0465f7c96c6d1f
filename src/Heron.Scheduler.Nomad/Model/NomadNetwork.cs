namespace Heron.Scheduler.Nomad.Model;

/// <summary>The ports that Nomad chooses for a task.</summary>
internal sealed record NomadNetwork(IReadOnlyList<NomadPort> DynamicPorts);
