// SPDX-License-Identifier: Apache-2.0
using Heron.Core.Storage;

namespace Heron.ApiServer.Access;

/// <summary>What an audit asks of its disk; one whose disk fails is made by tests.</summary>
internal class AuditDisk
{
    /// <summary>Opens a file at its end, or makes it.</summary>
    public virtual Stream Open(string path)
    {
        // Nobody but the operator reads it.
        var file = new FileStream(path, new FileStreamOptions
        {
            Mode = FileMode.OpenOrCreate,
            Access = FileAccess.Write,
            Share = FileShare.Read | FileShare.Delete,
            BufferSize = 0,
            UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
        });
        file.Position = file.Length;
        return file;
    }

    /// <summary>Gives a file another name, which nothing has yet.</summary>
    public virtual void Move(string from, string to)
    {
        File.Move(from, to);
        DurableFile.FlushFolder(Path.GetDirectoryName(to)!);
    }

    /// <summary>Has on the disk what was written.</summary>
    public virtual void Flush(Stream file) => ((FileStream)file).Flush(flushToDisk: true);

    /// <summary>Whether a name still means an open file: another program may have put it aside or deleted it.</summary>
    public virtual bool IsAt(string path, Stream file)
    {
        using var named = Posix.OpenForReading(path, followLink: true);
        return named is not null && Posix.Status(named).Inode == Posix.Status(((FileStream)file).SafeFileHandle).Inode;
    }
}
