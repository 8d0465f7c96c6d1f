// SPDX-License-Identifier: Apache-2.0
using Microsoft.Win32.SafeHandles;

namespace Heron.Core.Storage;

/// <summary>Opens files for reading as the framework cannot: without a lock, without waiting for a pipe, past links or not.</summary>
public static class RegularFile
{
    /// <summary>Opens a file, or gives null when there is none.</summary>
    /// <param name="path">Where.</param>
    /// <param name="followLink">
    /// Whether a symbolic link as the last part of the path stands for what it leads to. If not, it counts as no file: for
    /// folders in which others may have planted it.
    /// </param>
    /// <param name="status">What is known about it.</param>
    /// <exception cref="IOException">It is there and cannot be opened.</exception>
    public static SafeFileHandle? Open(string path, bool followLink, out FileStatus status)
    {
        status = default;
#pragma warning disable CA2000 // Disposed below, unless it is what is asked for.
        var handle = Posix.OpenForReading(path, followLink);
#pragma warning restore CA2000
        if (handle is null)
        {
            return null;
        }

        try
        {
            status = Posix.Status(handle);
            return status.IsRegular ? handle : null;
        }
        finally
        {
            if (!status.IsRegular)
            {
                handle.Dispose();
            }
        }
    }
}
