// SPDX-License-Identifier: Apache-2.0
namespace Heron.Core.Storage;

/// <summary>The one test for a disk on which nothing can be written any more.</summary>
public static class DiskFull
{
    private const int NoSpace = 28;
    private const int QuotaExceeded = 122;
    private const int ErrorNumber = 0xFFFF;

    /// <summary>
    /// Whether a fault says that bytes, inodes (Linux has one error for both) or a quota are used up: kills go on then, for they make
    /// room, and uploads are refused with 507.
    /// </summary>
    public static bool Is(Exception? fault) =>
        fault is IOException && (fault.HResult & ErrorNumber) is NoSpace or QuotaExceeded;
}
