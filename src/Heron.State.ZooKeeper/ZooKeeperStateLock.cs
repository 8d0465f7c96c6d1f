using Heron.Core.State;
using Heron.ZooKeeper;

namespace Heron.State.ZooKeeper;

/// <summary>A lease of Curator's recipe; it is lost with the session.</summary>
internal sealed class ZooKeeperStateLock(SemaphoreMutexLease lease) : IStateLock
{
    /// <inheritdoc/>
    public CancellationToken Lost => lease.Lost;

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => lease.DisposeAsync();
}
