namespace Heron.Core.State;

/// <summary>A held lock; disposing gives it up.</summary>
public interface IStateLock : IAsyncDisposable
{
    /// <summary>Cancelled when the lock is lost without being given up, as with an expired ZooKeeper session.</summary>
    CancellationToken Lost { get; }
}
