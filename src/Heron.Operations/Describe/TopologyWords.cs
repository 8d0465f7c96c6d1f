// SPDX-License-Identifier: Apache-2.0
namespace Heron.Operations.Describe;

/// <summary>The words for how topologies and containers are.</summary>
public static class TopologyWords
{
    /// <summary>All containers run, and the physical plan that the topology works by is made from its packing plan.</summary>
    public const string Running = "RUNNING";

    /// <summary>Its physical plan is not in force yet, and no container is known to be ill.</summary>
    public const string Starting = "STARTING";

    /// <summary>It works, but some of its containers do not run.</summary>
    public const string Degraded = "DEGRADED";

    /// <summary>It does not work, and containers are ill: its physical plan is not in force, or none of its instances run.</summary>
    public const string Failing = "FAILING";

    /// <summary>The state store does not hold what belongs there.</summary>
    public const string Damaged = "DAMAGED";

    /// <summary>Its containers run, and the state knows nothing of it: nobody but a kill ends them.</summary>
    public const string Lost = "LOST";

    /// <summary>Its topology manager was told to end it.</summary>
    public const string Killed = "KILLED";

    /// <summary>Heron's word for a topology whose spouts are at rest; a filter of lists takes it too.</summary>
    public const string Paused = "PAUSED";

    /// <summary>Every word that a list can be filtered by.</summary>
    public static IReadOnlyList<string> States { get; } = [Running, Starting, Degraded, Failing, Damaged, Lost, Killed, Paused];

    /// <summary>Heron's own word for a topology, as its physical plan has it; null while it says nothing.</summary>
    internal static string? Of(Core.Protobuf.TopologyState state) => state switch
    {
        Core.Protobuf.TopologyState.Running => Running,
        Core.Protobuf.TopologyState.Paused => Paused,
        Core.Protobuf.TopologyState.Killed => Killed,
        _ => null,
    };
}
