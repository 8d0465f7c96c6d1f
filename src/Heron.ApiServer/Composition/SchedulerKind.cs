namespace Heron.ApiServer.Composition;

/// <summary>The schedulers that this server has.</summary>
public enum SchedulerKind
{
    /// <summary>Containers as jobs of a Nomad cluster.</summary>
    Nomad,

    /// <summary>Containers as child processes on this machine.</summary>
    Local,
}
