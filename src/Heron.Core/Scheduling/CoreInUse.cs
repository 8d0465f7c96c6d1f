// SPDX-License-Identifier: Apache-2.0
namespace Heron.Core.Scheduling;

/// <summary>The heron-core that this cluster's containers run by default; found out once, before any part is made.</summary>
public sealed class CoreInUse
{
    /// <summary>The release.</summary>
    public HeronCoreVersion Version { get; set; } = HeronCoreVersion.Newest;

    /// <summary>What differs in it.</summary>
    public HeronCoreGeneration Generation => HeronCoreGeneration.For(Version);

    /// <summary>
    /// Why topologies of another release cannot live under this server, or null. The state is read where the daemons of this
    /// release write it; a topology manager that publishes itself elsewhere would never be found.
    /// </summary>
    /// <param name="other">The release that a topology's containers are to run.</param>
    public string? Mistake(HeronCoreVersion other)
    {
        var wanted = HeronCoreGeneration.For(other);
        if (wanted.TManagerDirectory == Generation.TManagerDirectory)
        {
            return null;
        }

        var renamed = HeronCoreGeneration.All.First(generation => !generation.IsMaster).Since;
        return $"topology managers of heron-core {other} publish themselves under {wanted.TManagerDirectory} in the state, and this server, "
            + $"of heron-core {Version}, looks under {Generation.TManagerDirectory}: it could neither activate nor update such a topology. "
            + $"Submit it to a server whose {HeronCoreDetector.VersionKey} is {(wanted.IsMaster ? "before" : "at least")} {renamed}";
    }
}
