// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using Heron.Core;
using Heron.Core.Storage;

namespace Heron.Packages.Store;

/// <summary>
/// Whether there is room for another package: by the cap on the store, and by what the disk must keep free. What one has been promised
/// is not there for another, so that those who fit singly and not together do not fill the disk together.
/// </summary>
/// <remarks>
/// A promise stands for <see cref="PromiseLasts"/> at least. Of an older one whose sender would need that long again at his pace, others may have
/// what he has not come to, when that helps them: else whoever announces much and sends little would keep everybody out.
/// </remarks>
internal sealed class StoreRoom(string folder, StoreSettings settings, TimeProvider time, Func<long> used)
{
    /// <summary>A gigabyte takes less on all but bad lines.</summary>
    internal static readonly TimeSpan PromiseLasts = TimeSpan.FromMinutes(10);

    /// <summary>What is asked for ahead where nobody said how much comes, and after how much the disk is looked at again.</summary>
    internal const long Piece = 8 * 1024 * 1024;

    private const long MostFreeBytes = 256L * 1024 * 1024;
    private const long MostFreeInodes = 1000;
    private const int Share = 50;

    private readonly Lock _lock = new();
    private readonly Dictionary<string, Promise> _promises = new(StringComparer.Ordinal);
    private long _promised;

    // Of what is promised, what is written already: the disk counts that itself.
    private long _written;

    /// <summary>Promises room.</summary>
    /// <param name="path">The file or the folder that it is for; nobody else has it.</param>
    /// <param name="bytes">What is to come, as far as that is known.</param>
    /// <exception cref="HeronException"><see cref="FaultKind.OutOfSpace"/>.</exception>
    public Promise Take(string path, long bytes)
    {
        lock (_lock)
        {
            Require(Math.Max(bytes, 1));
            var promise = new Promise(this, path, time.GetTimestamp()) { Bytes = bytes };
            _promises.Add(path, promise);
            _promised += bytes;
            return promise;
        }
    }

    /// <summary>Takes the promise back that was given for a file, or for the folder that it is in: it is published, and counts as that.</summary>
    public void GiveBack(string path)
    {
        lock (_lock)
        {
            if (_promises.GetValueOrDefault(path) is { } own)
            {
                End(own);
            }
            else if (Path.GetDirectoryName(path) is { } parent && _promises.GetValueOrDefault(parent) is { } around)
            {
                End(around);
            }
        }
    }

    private void Extend(Promise promise, long missing)
    {
        lock (_lock)
        {
            if (!_promises.ContainsKey(promise.Path))
            {
                return;
            }

            Look(promise);
            var more = Math.Max(Piece, missing);
            if (Lack(more) is not null)
            {
                // The last piece: what is there may be taken.
                Require(more = missing);
            }

            promise.Bytes += more;
            _promised += more;
        }
    }

    private void Note(Promise promise)
    {
        lock (_lock)
        {
            if (_promises.ContainsKey(promise.Path))
            {
                Look(promise);
            }
        }
    }

    private void Look(Promise promise)
    {
        _written += promise.Used - promise.Seen;
        promise.Seen = promise.Used;
    }

    private void End(Promise promise)
    {
        if (_promises.Remove(promise.Path))
        {
            _promised -= promise.Bytes;
            _written -= promise.Seen;
        }
    }

    private void Require(long bytes)
    {
        if (Lack(bytes) is { } lack && !LapseFor(bytes))
        {
            throw new HeronException(
                FaultKind.OutOfSpace,
                lack + ": kill a topology, delete packages that nobody needs (DELETE /api/v1/file/NAME), or ask the operator for more room");
        }
    }

    // Those who lose something go on, a piece at a time, as those do of which nobody said how much comes.
    private bool LapseFor(long bytes)
    {
        var lapsed = _promises.Values.Select(promise => (Promise: promise, Bytes: LapsedOf(promise))).Where(each => each.Bytes > 0).ToList();
        var all = lapsed.Sum(each => each.Bytes);
        _promised -= all;
        if (Lack(bytes) is not null)
        {
            _promised += all;
            return false;
        }

        foreach (var (promise, less) in lapsed)
        {
            promise.Bytes -= less;
        }

        return true;
    }

    private long LapsedOf(Promise promise)
    {
        var elapsed = time.GetElapsedTime(promise.Since);
        var missing = promise.Bytes - promise.Used;
        return elapsed > PromiseLasts && missing > promise.Used * (PromiseLasts / elapsed) ? Math.Max(0, missing - Piece) : 0;
    }

    private string? Lack(long bytes)
    {
        if (settings.MaxBytes > 0 && used() + _promised is var taken && bytes > settings.MaxBytes - taken)
        {
            return $"the packages of this server, with those that arrive, take {Number(taken)} of {Number(settings.MaxBytes)} bytes ({StoreSettings.MaxBytesKey})";
        }

        var disk = DiskSpace.Of(folder);
        var floor = settings.FreeBytes ?? Math.Min(MostFreeBytes, disk.TotalBytes / Share);
        var toCome = _promised - _written;
        if (disk.FreeBytes - toCome - bytes < floor)
        {
            return $"the disk of the package store has {Number(disk.FreeBytes)} bytes free, of which {Number(toCome)} are for packages that arrive, and keeps {Number(floor)} of them ({StoreSettings.FreeBytesKey})";
        }

        // Some file systems make inodes as they need them, and say that they have none.
        var inodes = settings.FreeInodes ?? Math.Min(MostFreeInodes, disk.TotalInodes / Share);
        return disk.TotalInodes > 0 && disk.FreeInodes < inodes
            ? $"the disk of the package store has {Number(disk.FreeInodes)} inodes free and keeps {Number(inodes)} of them ({StoreSettings.FreeInodesKey})"
            : null;
    }

    private static string Number(long value) => value.ToString("N0", CultureInfo.InvariantCulture);

    /// <summary>Room that somebody has until it is disposed. One writes at a time.</summary>
    internal sealed class Promise(StoreRoom room, string path, long since) : IDisposable
    {
        /// <summary>What it is for.</summary>
        public string Path => path;

        /// <summary>When it was given, as the clock counts.</summary>
        public long Since => since;

        /// <summary>How much was promised.</summary>
        public long Bytes { get; set; }

        /// <summary>How much was written.</summary>
        public long Used { get; private set; }

        /// <summary>How much of that was counted as written.</summary>
        public long Seen { get; set; }

        /// <summary>Told of bytes before they are written; asks for more where they are more than was promised.</summary>
        /// <exception cref="HeronException"><see cref="FaultKind.OutOfSpace"/>.</exception>
        public void Use(long bytes)
        {
            if (Used + bytes > Bytes)
            {
                room.Extend(this, Used + bytes - Bytes);
            }
            else if (Used - Seen >= Piece)
            {
                room.Note(this);
            }

            Used += bytes;
        }

        /// <inheritdoc/>
        public void Dispose()
        {
            lock (room._lock)
            {
                room.End(this);
            }
        }
    }
}
