using Heron.ZooKeeper.Watches;

namespace Heron.ZooKeeper;

/// <summary>
/// A one-shot watch: hand a new one to a read, and once that read has succeeded, <see cref="Fired"/> completes with the first
/// change after it. Watches survive lost connections; when the session ends they fire with
/// <see cref="WatchEventType.SessionEnded"/>, so a waiter never waits for nothing. When the read failed the watch is not set
/// and never fires, with one exception: <see cref="ZooKeeperClient.ExistsAsync"/> of a node that does not exist sets it.
/// Dispose a watch that is not wanted any more.
/// </summary>
public sealed class NodeWatch : IDisposable
{
    // Continuations run on the thread pool: code that waits here can block without stalling the connection.
    private readonly TaskCompletionSource<WatchEvent> _fired = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private Action<NodeWatch>? _forget;

    /// <summary>Completes when the watch fires. Never fails.</summary>
    public Task<WatchEvent> Fired => _fired.Task;

    /// <summary>Forgets the watch; <see cref="Fired"/> will not complete any more unless it has.</summary>
    public void Dispose() => Interlocked.Exchange(ref _forget, null)?.Invoke(this);

    internal void Fire(WatchEvent seen) => _fired.TrySetResult(seen);

    internal void SetIn(WatchTable table, WatchKind kind, string serverPath) =>
        _forget = watch => table.Remove(kind, serverPath, watch);
}
