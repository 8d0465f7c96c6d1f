// SPDX-License-Identifier: Apache-2.0
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

/// <summary>What a watch has seen.</summary>
/// <param name="Type">What happened.</param>
/// <param name="Path">The node, as the caller wrote its path.</param>
public sealed record WatchEvent(WatchEventType Type, string Path);

/// <summary>What made a watch fire. Positive values are those of the wire protocol.</summary>
public enum WatchEventType
{
    /// <summary>The session ended, so the watch is gone; nothing is known about the node.</summary>
    SessionEnded = 0,

    /// <summary>The node was created.</summary>
    NodeCreated = 1,

    /// <summary>The node was deleted.</summary>
    NodeDeleted = 2,

    /// <summary>The node's data was set.</summary>
    NodeDataChanged = 3,

    /// <summary>A child of the node was created or deleted.</summary>
    NodeChildrenChanged = 4,
}
