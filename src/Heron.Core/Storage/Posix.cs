// SPDX-License-Identifier: Apache-2.0
using System.Runtime.InteropServices;
using System.Text;
using Microsoft.Win32.SafeHandles;

namespace Heron.Core.Storage;

/// <summary>
/// The few system calls that the framework does not offer: locking a file without reading or writing it, creating a
/// name only when it is free, leaving links alone, and flushing a directory. Values of flags are those of Linux.
/// </summary>
public static class Posix
{
    private const int ReadOnly = 0;
    private const int ReadWrite = 2;
    private const int Create = 0x40;
    private const int Exclusive = 0x80;
    private const int NonBlocking = 0x800;
    private const int CloseOnExec = 0x80000;
    private const int SetLease = 1024;
    private const int ReadLease = 0;
    private const int LockExclusive = 2;
    private const int LockNonBlocking = 4;
    private const int NoEntry = 2;
    private const int Interrupted = 4;
    private const int WouldBlock = 11;
    private const int Exists = 17;
    private const int NotAFolder = 20;
    private const int TooManyLinks = 40;
    private const int CurrentFolder = -100;

    // An empty path: what is asked about is open already.
    private static readonly byte[] Nothing = [0];

    // The one flag that differs between processor families.
    private static readonly int NoFollow =
        RuntimeInformation.ProcessArchitecture is Architecture.Arm64 or Architecture.Arm ? 0x8000 : 0x20000;

    /// <summary>Opens a directory, to lock or to flush it. Never inherited by child processes.</summary>
    public static SafeFileHandle OpenDirectory(string path) => Open(path, ReadOnly | CloseOnExec) ?? throw new DirectoryNotFoundException($"There is no folder '{path}'");

    /// <summary>
    /// Opens an existing file to read it, without the lock that the framework would take and without waiting for the other
    /// end of a pipe; null when there is none, or when it is a link that is not to be followed.
    /// </summary>
    public static SafeFileHandle? OpenForReading(string path, bool followLink) =>
        Open(path, ReadOnly | NonBlocking | CloseOnExec | (followLink ? 0 : NoFollow));

    /// <summary>Opens an existing file without the shared lock that the framework would take; null when there is none.</summary>
    public static SafeFileHandle? OpenFile(string path) => Open(path, ReadWrite | CloseOnExec);

    /// <summary>Creates a file that must not exist, without the shared lock that the framework would take.</summary>
    public static SafeFileHandle CreateFile(string path) =>
        Open(path, ReadWrite | Create | Exclusive | CloseOnExec)
        ?? throw new DirectoryNotFoundException($"There is no folder for '{path}'");

    /// <summary>
    /// Asks the kernel to tell this process (SIGIO), and to hold the other one for a while (/proc/sys/fs/lease-break-time, 45 s),
    /// when somebody is about to write to an open file or to cut it. Ends with the handle.
    /// </summary>
    /// <returns>False where that cannot be had: the file is somebody else's, is being written to, or its file system does not know it.</returns>
    public static bool TryLease(SafeFileHandle handle) => fcntl(handle, SetLease, ReadLease) == 0;

    /// <summary>Takes the advisory lock of an open file; it ends with the handle, or with the process.</summary>
    /// <returns>False when another handle, of this or another process, has it.</returns>
    public static bool TryLock(SafeFileHandle handle)
    {
        while (flock(handle, LockExclusive | LockNonBlocking) != 0)
        {
            switch (Marshal.GetLastPInvokeError())
            {
                case Interrupted:
                    continue;
                case WouldBlock:
                    return false;
                default:
                    throw Failure("lock", "an open file");
            }
        }

        return true;
    }

    /// <summary>Waits for the advisory lock of an open file or folder; it ends with the handle, or with the process.</summary>
    public static void Lock(SafeFileHandle handle)
    {
        while (flock(handle, LockExclusive) != 0)
        {
            if (Marshal.GetLastPInvokeError() != Interrupted)
            {
                throw Failure("lock", "an open file");
            }
        }
    }

    /// <summary>Writes a file's data, or a directory's names, to the disk.</summary>
    public static void Flush(SafeFileHandle handle)
    {
        while (fsync(handle) != 0)
        {
            if (Marshal.GetLastPInvokeError() != Interrupted)
            {
                throw Failure("flush", "an open file");
            }
        }
    }

    /// <summary>
    /// Has the disk begin with what was written to a part of a file, without waiting for it. Only a hint: what cannot be begun now is
    /// done by the flush.
    /// </summary>
    public static void BeginWriting(SafeFileHandle handle, long offset, long length)
    {
        const uint BeginOnly = 2;
        _ = sync_file_range(handle, offset, length, BeginOnly);
    }

    /// <summary>Gives a file a second name, unless that name is taken.</summary>
    public static bool TryLink(string existing, string name)
    {
        if (link(Encode(existing), Encode(name)) == 0)
        {
            return true;
        }

        return Marshal.GetLastPInvokeError() switch
        {
            Exists => false,
            NoEntry => throw new FileNotFoundException($"There is no file '{existing}', or no folder for '{name}'", existing),
            _ => throw Failure("create", name),
        };
    }

    /// <summary>How many names a file has, links not followed; 0 when it is not there.</summary>
    public static int CountLinks(string path)
    {
        const int DoNotFollow = 0x100;
        const uint Links = 0x4;
        const int LinksOffset = 16;

        // Of all ways to ask, the one whose answer looks the same on every processor.
        var status = new byte[256];
        if (statx(CurrentFolder, Encode(path), DoNotFollow, Links, status) == 0)
        {
            return BitConverter.ToInt32(status, LinksOffset);
        }

        return Marshal.GetLastPInvokeError() == NoEntry ? 0 : throw Failure("look at", path);
    }

    /// <summary>What the kernel knows about an open file, in one call.</summary>
    public static FileStatus Status(SafeFileHandle handle)
    {
        const int TheFileItself = 0x1000;
        const uint Basic = 0x7FF;
        const int ModeOffset = 28;
        const int InodeOffset = 32;
        const int LengthOffset = 40;
        const int ReadOffset = 64;
        const int WrittenOffset = 112;
        const int TypeOfFile = 0xF000;
        const int Regular = 0x8000;
        var status = new byte[256];
        return statx((int)handle.DangerousGetHandle(), Nothing, TheFileItself, Basic, status) == 0
            ? new FileStatus(
                BitConverter.ToInt64(status, LengthOffset),
                Time(status, WrittenOffset),
                Time(status, ReadOffset),
                BitConverter.ToInt64(status, InodeOffset),
                (BitConverter.ToUInt16(status, ModeOffset) & TypeOfFile) == Regular)
            : throw Failure("look at", "an open file");

        // Seconds, and nanoseconds behind them.
        static DateTime Time(byte[] status, int offset) =>
            DateTime.UnixEpoch.AddTicks((BitConverter.ToInt64(status, offset) * TimeSpan.TicksPerSecond) + (BitConverter.ToUInt32(status, offset + 8) / 100));
    }

    /// <summary>Gives an open file the owner and the group of another one.</summary>
    /// <exception cref="IOException">This account may not; only root may give files away.</exception>
    public static void TakeOwner(SafeFileHandle handle, string other)
    {
        const uint Owner = 0x8 | 0x10;
        const int UserOffset = 20;
        const int GroupOffset = 24;
        var status = new byte[256];
        if (statx(CurrentFolder, Encode(other), 0, Owner, status) != 0
            || fchown(handle, BitConverter.ToUInt32(status, UserOffset), BitConverter.ToUInt32(status, GroupOffset)) != 0)
        {
            throw Failure("keep the owner of", other);
        }
    }

    /// <summary>The room on a folder's disk.</summary>
    public static DiskSpace Space(string folder)
    {
        // struct statvfs of 64-bit Linux: block size, fragment size, then blocks and inodes, each in all, free, and free for this user.
        var status = new long[32];
        if (statvfs(Encode(folder), status) != 0)
        {
            throw Marshal.GetLastPInvokeError() == NoEntry
                ? new DirectoryNotFoundException($"There is no folder '{folder}'")
                : Failure("look at", folder);
        }

        var fragment = status[1];
        return new DiskSpace(status[4] * fragment, status[2] * fragment, status[7], status[5]);
    }

    private static SafeFileHandle? Open(string path, int flags)
    {
        while (true)
        {
            // rw-r--r--, as the framework creates files under the usual umask: Heron's daemons may run as another user.
            int descriptor = open(Encode(path), flags, 0x1A4);
            if (descriptor >= 0)
            {
                return new SafeFileHandle(descriptor, ownsHandle: true);
            }

            switch (Marshal.GetLastPInvokeError())
            {
                case Interrupted:
                    continue;
                case NoEntry:
                case NotAFolder:
                case TooManyLinks:
                    return null;
                default:
                    throw Failure("open", path);
            }
        }
    }

    private static IOException Failure(string what, string path)
    {
        int error = Marshal.GetLastPInvokeError();
        return new IOException($"Could not {what} '{path}': {Marshal.GetPInvokeErrorMessage(error)}", error);
    }

    private static byte[] Encode(string path) => Encoding.UTF8.GetBytes(path + '\0');

#pragma warning disable SYSLIB1054 // Generated marshalling would need unsafe code in the whole project, for five calls with bytes and integers.
    [DllImport("libc", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int open(byte[] path, int flags, int mode);

    [DllImport("libc", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int flock(SafeFileHandle descriptor, int operation);

    [DllImport("libc", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int fcntl(SafeFileHandle descriptor, int command, nint argument);

    [DllImport("libc", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int fsync(SafeFileHandle descriptor);

    [DllImport("libc", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int link(byte[] existing, byte[] name);

    [DllImport("libc", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int fchown(SafeFileHandle descriptor, uint user, uint group);

    [DllImport("libc", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int statx(int folder, byte[] path, int flags, uint mask, byte[] status);

    [DllImport("libc", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int sync_file_range(SafeFileHandle descriptor, long offset, long length, uint flags);

    [DllImport("libc", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int statvfs(byte[] path, long[] status);
#pragma warning restore SYSLIB1054
}
