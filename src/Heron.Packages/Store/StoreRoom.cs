// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using Heron.Core;
using Heron.Core.Storage;

namespace Heron.Packages.Store;

/// <summary>Whether there is room for another package: by the cap on the store, and by what the disk must keep free.</summary>
internal sealed class StoreRoom(string folder, StoreSettings settings, Func<long> used)
{
    private const long MostFreeBytes = 256L * 1024 * 1024;
    private const long MostFreeInodes = 1000;
    private const int Share = 50;

    /// <summary>Refuses what has no room.</summary>
    /// <param name="bytes">What is to come, as far as that is known.</param>
    /// <exception cref="HeronException"><see cref="FaultKind.OutOfSpace"/>.</exception>
    public void Require(long bytes)
    {
        if (settings.MaxBytes > 0 && used() is var taken && taken + Math.Max(bytes, 1) > settings.MaxBytes)
        {
            throw Full(
                $"the packages of this server take {Number(taken)} of {Number(settings.MaxBytes)} bytes ({StoreSettings.MaxBytesKey})");
        }

        var disk = DiskSpace.Of(folder);
        var floor = settings.FreeBytes ?? Math.Min(MostFreeBytes, disk.TotalBytes / Share);
        if (disk.FreeBytes - bytes < floor)
        {
            throw Full(
                $"the disk of the package store has {Number(disk.FreeBytes)} bytes free and keeps {Number(floor)} of them ({StoreSettings.FreeBytesKey})");
        }

        // Some file systems make inodes as they need them, and say that they have none.
        var inodes = settings.FreeInodes ?? Math.Min(MostFreeInodes, disk.TotalInodes / Share);
        if (disk.TotalInodes > 0 && disk.FreeInodes < inodes)
        {
            throw Full(
                $"the disk of the package store has {Number(disk.FreeInodes)} inodes free and keeps {Number(inodes)} of them ({StoreSettings.FreeInodesKey})");
        }
    }

    private static HeronException Full(string what) => new(
        FaultKind.OutOfSpace,
        what + ": kill a topology, delete packages that nobody needs (DELETE /api/v1/file/NAME), or ask the operator for more room");

    private static string Number(long value) => value.ToString("N0", CultureInfo.InvariantCulture);
}
