// SPDX-License-Identifier: Apache-2.0
using Heron.Core;
using Heron.Core.Storage;
using Microsoft.Win32.SafeHandles;

namespace Heron.Packages.Store;

/// <summary>A file that is served, open for reading; it stays readable when it is removed or replaced meanwhile.</summary>
/// <param name="Handle">Owned by this.</param>
/// <param name="Name">For the client's "save as".</param>
/// <param name="Length">Bytes.</param>
/// <param name="LastModified">To the second.</param>
/// <param name="Sha256">Lower-case hexadecimal digest, or null when it is not known.</param>
/// <param name="ETag">Quoted; strong. The digest, where it is known.</param>
public sealed record StoredFile(
    SafeFileHandle Handle, string Name, long Length, DateTimeOffset LastModified, string? Sha256, string ETag) : IDisposable
{
    /// <summary>What is read at once of a file whose digest is asked for, in bytes. The framework's hash asks for 4 KiB, each with a way through the thread pool.</summary>
    internal const int HashedAtOnce = 256 * 1024;

    /// <summary>When its use was last noted on the disk, UTC.</summary>
    internal DateTime Used { get; init; }

    /// <summary>Opens a file, or gives null when there is none.</summary>
    /// <param name="path">Where.</param>
    /// <param name="name">See <see cref="Name"/>.</param>
    /// <param name="known">Looks up what is known about the bytes, by length and time of the open file; may give null.</param>
    /// <param name="followLink">Whether a link stands for what it leads to.</param>
    /// <exception cref="HeronException"><see cref="FaultKind.Unavailable"/>: it is there, and cannot be opened.</exception>
    internal static StoredFile? Open(string path, string name, Func<FileVersion, string?> known, bool followLink)
    {
#pragma warning disable CA2000 // The stored file owns the handle and its caller disposes it.
        SafeFileHandle? handle;
        FileStatus status;
        try
        {
            handle = RegularFile.Open(path, followLink, out status);
        }
        catch (IOException e)
        {
            // The path is for the log alone: whoever asks for a file needs no login.
            throw Unreadable(name, e);
        }
#pragma warning restore CA2000

        if (handle is null)
        {
            return null;
        }

        try
        {
            // Of the open file, not of the path: an operator may put another one there at any time.
            var version = FileVersion.Of(status);
            var sha256 = known(version);
            var modified = DateTimeOffset.FromUnixTimeSeconds(new DateTimeOffset(version.Written).ToUnixTimeSeconds());
            return new StoredFile(
                handle, name, version.Length, modified, sha256, $"\"{sha256 ?? $"{version.Length:x}-{version.Written.Ticks:x}-{version.Inode:x}"}\"")
            {
                Used = status.Read,
            };
        }
        catch
        {
            handle.Dispose();
            throw;
        }
    }

    /// <summary>What is said of a file that is there and cannot be read. The log has the cause besides.</summary>
    internal static HeronException Unreadable(string name, Exception cause) => new(
        FaultKind.Unavailable, $"the file {name} is there and cannot be read; the log of the server has the cause, which its operator has to mend", cause);

    /// <inheritdoc/>
    public void Dispose() => Handle.Dispose();
}

/// <summary>What tells two contents of one path apart without reading them.</summary>
/// <param name="Length">Bytes.</param>
/// <param name="Written">When it was last written, UTC.</param>
/// <param name="Inode">Its number on the disk.</param>
internal readonly record struct FileVersion(long Length, DateTime Written, long Inode)
{
    /// <summary>Of a file as it is now.</summary>
    public static FileVersion Of(SafeFileHandle handle) => Of(Posix.Status(handle));

    /// <summary>Of a file as it was when its status was asked for.</summary>
    public static FileVersion Of(FileStatus status) => new(status.Length, status.Written, status.Inode);
}
