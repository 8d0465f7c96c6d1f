// SPDX-License-Identifier: Apache-2.0
using Heron.Core.State;

namespace Heron.State.Folder;

/// <content>Locks as Heron's Java tools have them; servers that share the folder honour them, too.</content>
public sealed partial class LocalFileSystemStateManager
{
    private static readonly TimeSpan LockPollInterval = TimeSpan.FromMilliseconds(50);

    /// <inheritdoc/>
    public async Task<IStateLock?> TryLockAsync(
        string topologyName, string lockName, TimeSpan wait, CancellationToken cancellationToken)
    {
        string path = _paths.Lock(topologyName, lockName);
        long start = _time.GetTimestamp();
        while (true)
        {
            var taken = await WriteAsync(
                () => LocalStateLock.TryTake(_folder, _gate, path, _time.GetUtcNow()), cancellationToken);
            var left = wait - _time.GetElapsedTime(start);
            if (taken is not null || left <= TimeSpan.Zero)
            {
                return taken;
            }

            await Task.Delay(left < LockPollInterval ? left : LockPollInterval, _time, cancellationToken);
        }
    }

    /// <summary>Nothing to do: the locks of a process that died are free.</summary>
    public Task ReleaseLockAsync(string topologyName, string lockName, string owner, CancellationToken cancellationToken) =>
        Task.CompletedTask;
}
