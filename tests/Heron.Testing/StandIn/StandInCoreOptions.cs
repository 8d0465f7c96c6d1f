// SPDX-License-Identifier: Apache-2.0
namespace Heron.Testing.StandIn;

/// <summary>How a stand-in core behaves; property names are those that it reads from <c>stand-in.json</c>.</summary>
public sealed record StandInCoreOptions
{
    /// <summary>Where containers write down what happens to them.</summary>
    public required string RecordFolder { get; init; }

    /// <summary>Whether the core is of the 0.17 kind.</summary>
    public bool IsOld { get; init; }

    /// <summary>The release that the package claims to be.</summary>
    public string Version => IsOld ? "0.17.8" : "0.20.5-incubating";

    /// <summary>Pause before a topology manager that ended is started again.</summary>
    public int RestartDelayMs { get; init; } = 100;

    /// <summary>
    /// ZooKeeper session of the topology manager: the next one waits for its end, and a machine that stands still for as long
    /// ends it too early.
    /// </summary>
    public int SessionTimeoutMs { get; init; } = 5000;

    /// <summary>How long a container takes to stop.</summary>
    public int StopDelayMs { get; init; }
}
