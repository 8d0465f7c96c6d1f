// SPDX-License-Identifier: Apache-2.0
namespace Heron.Core.State;

/// <summary>A held lock; disposing gives it up.</summary>
public interface IStateLock : IAsyncDisposable
{
    /// <summary>
    /// Names the holder for <see cref="IStateManager.ReleaseLockAsync"/>, should it die; null where locks end with their process.
    /// </summary>
    string? Owner { get; }

    /// <summary>Cancelled when the lock is lost without being given up, as with an expired ZooKeeper session.</summary>
    CancellationToken Lost { get; }
}
