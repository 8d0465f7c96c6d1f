// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using System.Text;
using Heron.Core.State;
using Heron.Core.Storage;
using Microsoft.Win32.SafeHandles;

namespace Heron.State.Folder;

/// <summary>
/// A lock as a file: whoever creates it has the lock, as with Heron's Java tools. Ours is also locked at the kernel, so
/// that the file of an owner that died is known from that of one that works.
/// </summary>
internal sealed class LocalStateLock : IStateLock
{
    /// <summary>First word of our lock files. Files of Java tools hold a thread name and are always respected.</summary>
    private const string Marker = "heron-apiserver";

    private readonly string _path;
    private readonly StateFolderGate _gate;
    private SafeFileHandle? _handle;

    private LocalStateLock(string path, StateFolderGate gate, SafeFileHandle handle)
    {
        _path = path;
        _gate = gate;
        _handle = handle;
    }

    /// <summary>None: the kernel tells a lock of a dead process from that of a living one.</summary>
    public string? Owner => null;

    /// <inheritdoc/>
    public CancellationToken Lost => CancellationToken.None;

    /// <summary>Tries once. The gate must be held.</summary>
    public static LocalStateLock? TryTake(StateFolder folder, StateFolderGate gate, string path, DateTimeOffset now)
    {
        RemoveStale(path);
        string owner = string.Create(
            CultureInfo.InvariantCulture, $"{Marker} pid {Environment.ProcessId} {Guid.NewGuid():n} since {now:O}\n");
        return folder.TryCreateLocked(path, Encoding.UTF8.GetBytes(owner)) is { } handle
            ? new LocalStateLock(path, gate, handle)
            : null;
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _handle, null) is not { } handle)
        {
            return;
        }

        // First the name, then the kernel's lock: nobody may take the file for one of a dead owner.
        using (handle)
        using (await _gate.EnterAsync(CancellationToken.None))
        {
            // A kill removes the file under its owner; by now the name may be another's.
            if (IsNamed(handle, _path))
            {
                File.Delete(_path);
            }
        }
    }

    private static void RemoveStale(string path)
    {
        using var handle = Posix.OpenFile(path);
        if (handle is not null
            && ReadAll(handle).StartsWith(Marker, StringComparison.Ordinal)
            && Posix.TryLock(handle)
            && IsNamed(handle, path))
        {
            File.Delete(path);
        }
    }

    private static bool IsNamed(SafeFileHandle handle, string path)
    {
        using var named = Posix.OpenFile(path);
        return named is not null && ReadAll(named) == ReadAll(handle);
    }

    private static string ReadAll(SafeFileHandle handle)
    {
        byte[] buffer = new byte[512];
        return Encoding.UTF8.GetString(buffer, 0, RandomAccess.Read(handle, buffer, 0));
    }
}
