namespace Heron.ApiServer.Composition;

/// <summary>The state managers that this server has.</summary>
public enum StateManagerKind
{
    /// <summary>ZooKeeper.</summary>
    ZooKeeper,

    /// <summary>A folder of this machine.</summary>
    LocalFileSystem,
}
