using Heron.ZooKeeper.Recipes;

namespace Heron.ZooKeeper;

/// <summary>A held <see cref="SemaphoreMutex"/>. Dispose it to give the lock back.</summary>
public sealed class SemaphoreMutexLease : IAsyncDisposable
{
    private readonly ZooKeeperClient _client;
    private readonly string _outerPath;
    private int _released;

    internal SemaphoreMutexLease(ZooKeeperClient client, string leasePath, string outerPath, CancellationToken lost)
    {
        _client = client;
        _outerPath = outerPath;
        Path = leasePath;
        Lost = lost;
    }

    /// <summary>The lease's node.</summary>
    public string Path { get; }

    /// <summary>
    /// Cancelled when the session that holds the lock has ended: from then on others may hold it, so what it protects must
    /// stop. While the client is merely <see cref="SessionState.Suspended"/> the lock is still held.
    /// </summary>
    public CancellationToken Lost { get; }

    /// <summary>
    /// Gives the lock back. Waits for the server, but at most <see cref="ZooKeeperOptions.OperationTimeout"/>; without an
    /// answer by then the attempt goes on in the background until it succeeds or the session ends.
    /// </summary>
    /// <returns>A task that never fails.</returns>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _released, 1) == 1)
        {
            return;
        }

        Task lease = Cleanup.DeleteAsync(_client, Path, Lost);
        Task outer = Cleanup.DeleteAsync(_client, _outerPath, Lost);
        await Task.WhenAll(lease, outer)
            .WaitAsync(_client.Options.OperationTimeout, _client.Options.TimeProvider)
            .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }
}
