// SPDX-License-Identifier: Apache-2.0
namespace Heron.Core.Storage;

/// <summary>What the kernel knows about a file.</summary>
/// <param name="Length">Bytes.</param>
/// <param name="Written">When it was last written, UTC.</param>
/// <param name="Read">When it was last read, as far as its disk notes that, UTC.</param>
/// <param name="Inode">Its number on its disk; a file that takes its place under its name has another.</param>
/// <param name="IsRegular">Whether it is a file, and no folder, pipe or device.</param>
public readonly record struct FileStatus(long Length, DateTime Written, DateTime Read, long Inode, bool IsRegular);
