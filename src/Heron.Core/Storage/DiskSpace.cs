// SPDX-License-Identifier: Apache-2.0
namespace Heron.Core.Storage;

/// <summary>The room on a disk.</summary>
/// <param name="FreeBytes">Bytes that this user may still write.</param>
/// <param name="TotalBytes">Bytes of the whole disk.</param>
/// <param name="FreeInodes">Files that this user may still make.</param>
/// <param name="TotalInodes">Files that fit; 0 on a file system that has no fixed number of them.</param>
public readonly record struct DiskSpace(long FreeBytes, long TotalBytes, long FreeInodes, long TotalInodes)
{
    /// <summary>Of the disk that a folder is on.</summary>
    /// <exception cref="DirectoryNotFoundException">There is no such folder.</exception>
    public static DiskSpace Of(string folder) => Posix.Space(folder);
}
