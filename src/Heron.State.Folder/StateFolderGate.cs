// SPDX-License-Identifier: Apache-2.0
using Heron.Core;
using Heron.Core.Storage;
using Microsoft.Win32.SafeHandles;

namespace Heron.State.Folder;

/// <summary>
/// Lets one writer at a time into a state folder, among all servers on it: the advisory lock of the directory
/// <c>topologies</c>. The kernel takes it back from a process that dies, and it leaves no file.
/// </summary>
internal sealed class StateFolderGate(string directory, TimeSpan timeout, TimeProvider time) : IDisposable
{
    private static readonly TimeSpan PollInterval = TimeSpan.FromMilliseconds(10);

    private readonly SemaphoreSlim _inProcess = new(1, 1);

    /// <summary>Waits for the gate; disposing the result opens it for the next one.</summary>
    /// <exception cref="HeronException"><see cref="FaultKind.Unavailable"/> when another process holds it too long.</exception>
    public async Task<IDisposable> EnterAsync(CancellationToken cancellationToken)
    {
        await _inProcess.WaitAsync(cancellationToken);
        SafeFileHandle? handle = null;
        IDisposable? entered = null;
        try
        {
            handle = Posix.OpenDirectory(directory);
            await LockAsync(handle, cancellationToken);
            entered = new Entered(handle, _inProcess);
            handle = null;
            return entered;
        }
        finally
        {
            handle?.Dispose();
            if (entered is null)
            {
                _inProcess.Release();
            }
        }
    }

    private async Task LockAsync(SafeFileHandle handle, CancellationToken cancellationToken)
    {
        long start = time.GetTimestamp();
        while (!Posix.TryLock(handle))
        {
            if (time.GetElapsedTime(start) >= timeout)
            {
                throw new HeronException(
                    FaultKind.Unavailable,
                    $"another process has been writing to '{directory}' for {timeout.TotalSeconds:0} s; see who holds it with: lsof +D {directory}");
            }

            await Task.Delay(PollInterval, time, cancellationToken);
        }
    }

    public void Dispose() => _inProcess.Dispose();

    private sealed class Entered(SafeFileHandle handle, SemaphoreSlim inProcess) : IDisposable
    {
        private bool _left;

        public void Dispose()
        {
            if (!_left)
            {
                _left = true;
                handle.Dispose();
                inProcess.Release();
            }
        }
    }
}
