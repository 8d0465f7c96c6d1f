namespace Heron.ZooKeeper;

/// <summary>
/// A one-shot watch: hand a new one to a read, and once that read has succeeded, <see cref="Fired"/> completes with the first
/// change after it. Watches survive lost connections; when the session ends they fire with
/// <see cref="WatchEventType.SessionEnded"/>, so a waiter never waits for nothing. When the read failed the watch is not set
/// and never fires, with one exception: <see cref="ZooKeeperClient.ExistsAsync"/> of a node that does not exist sets it.
/// </summary>
public sealed class NodeWatch
{
    // Continuations run on the thread pool: code that waits here can block without stalling the connection.
    private readonly TaskCompletionSource<WatchEvent> _fired = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Completes when the watch fires. Never fails.</summary>
    public Task<WatchEvent> Fired => _fired.Task;

    internal void Fire(WatchEvent seen) => _fired.TrySetResult(seen);
}
