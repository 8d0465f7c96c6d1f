namespace Heron.Scheduler.Nomad.Model;

/// <summary>A port by its label: letters, digits and <c>_</c> only, or its variable cannot be read in a shell.</summary>
internal sealed record NomadPort(string Label);
