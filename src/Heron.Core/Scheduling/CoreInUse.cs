using Heron.Core.Scheduling;

namespace Heron.ApiServer.Hosting;

/// <summary>The heron-core that this cluster's containers run by default; found out once, before any part is made.</summary>
public sealed class CoreInUse
{
    /// <summary>The release.</summary>
    public HeronCoreVersion Version { get; set; } = HeronCoreVersion.Newest;

    /// <summary>What differs in it.</summary>
    public HeronCoreGeneration Generation => HeronCoreGeneration.For(Version);
}
