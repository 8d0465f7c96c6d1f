namespace Heron.ApiServer.Composition;

/// <summary>The packing algorithms that this server has.</summary>
public enum PackingKind
{
    /// <summary>Instances dealt out in turn.</summary>
    RoundRobin,

    /// <summary>The same, with containers sized one by one.</summary>
    RoundRobinV2,

    /// <summary>In turn, into containers that are full at a given size.</summary>
    ResourceCompliantRoundRobin,

    /// <summary>Largest first, into the first container with room.</summary>
    FirstFitDecreasing,
}
