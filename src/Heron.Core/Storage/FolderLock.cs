// SPDX-License-Identifier: Apache-2.0
using Microsoft.Win32.SafeHandles;

namespace Heron.Core.Storage;

/// <summary>Lets one process at a time do something in a folder. The lock leaves no file and ends with its process.</summary>
public static class FolderLock
{
    /// <summary>Waits until nobody else holds the folder; for work that takes a moment.</summary>
    /// <returns>Disposing it gives the folder free.</returns>
    /// <exception cref="IOException">The folder is not there or cannot be locked.</exception>
    public static SafeFileHandle Take(string path)
    {
        var handle = Posix.OpenDirectory(path);
        try
        {
            Posix.Lock(handle);
            return handle;
        }
        catch
        {
            handle.Dispose();
            throw;
        }
    }
}
