using Heron.Core.State;
using Heron.ZooKeeper;

namespace Heron.State.ZooKeeper;

/// <summary>A lease of Curator's recipe; it is lost with the session.</summary>
internal sealed class ZooKeeperStateLock(SemaphoreMutexLease lease, long session, TimeProvider time) : IStateLock
{
    // Without an answer by then giving up goes on in the background; a request that ends need not wait for that.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    /// <inheritdoc/>
    public string? Owner => LockOwner.Of(session);

    /// <inheritdoc/>
    public CancellationToken Lost => lease.Lost;

    /// <inheritdoc/>
    public async ValueTask DisposeAsync() =>
        await lease.DisposeAsync().AsTask().WaitAsync(Patience, time).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
}
