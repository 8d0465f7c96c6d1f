// SPDX-License-Identifier: Apache-2.0
using Microsoft.Win32.SafeHandles;

namespace Heron.Core.Storage;

/// <summary>Opens files for reading as the framework cannot: without a lock, without waiting for a pipe, past links or not.</summary>
public static class RegularFile
{
    /// <summary>The number that an open file has on its disk; a file that takes its place under its name has another.</summary>
    public static long InodeOf(SafeFileHandle file) => Posix.Inode(file);

    /// <summary>Opens a file, or gives null when there is none.</summary>
    /// <param name="path">Where.</param>
    /// <param name="followLink">
    /// Whether a symbolic link as the last part of the path stands for what it leads to. If not, it counts as no file: for
    /// folders in which others may have planted it.
    /// </param>
    /// <exception cref="IOException">It is there and cannot be opened.</exception>
    public static SafeFileHandle? Open(string path, bool followLink) =>
        // Neither a folder nor a broken link is a file.
        File.Exists(path) ? Posix.OpenForReading(path, followLink) : null;
}
