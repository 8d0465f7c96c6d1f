// SPDX-License-Identifier: Apache-2.0
using System.Security.Cryptography;
using Heron.Core;
using Heron.Core.Configuration;
using Heron.Core.State;
using Heron.Core.Storage;
using Microsoft.Win32.SafeHandles;

namespace Heron.State.Folder;

/// <summary>
/// Whole files in a folder: a reader sees the old bytes or the new ones, and what was written survives a power cut.
/// </summary>
/// <remarks>
/// Temporary files lie in the root, not beside their targets: the tracker takes every plain file in
/// <c>topologies</c> for a topology. Writers hold the <see cref="StateFolderGate"/>, so a temporary file that is seen
/// by the holder of the gate is a leftover.
/// </remarks>
internal sealed class StateFolder(StatePaths paths)
{
    /// <summary>Far more than any message of Heron's state has, and far less than would hurt.</summary>
    public const int LargestFile = 64 * 1024 * 1024;

    private const string TemporaryPrefix = ".heron-apiserver-";

    /// <summary>Makes the root and its directories where they are missing.</summary>
    /// <exception cref="HeronException"><see cref="FaultKind.Invalid"/>: they cannot be made where the configuration wants them.</exception>
    public void EnsureDirectories()
    {
        bool made = false;
        foreach (string directory in paths.Directories.Where(d => !Directory.Exists(d)))
        {
            NamedFolder.Make(directory, $"the state ({ConfigKeys.StatemgrRootPath})");
            made = true;
        }

        if (made)
        {
            DurableFile.FlushFolder(paths.Root);
        }
    }

    /// <summary>Removes what a writer that died left behind. The gate must be held.</summary>
    /// <returns>How many files were removed.</returns>
    public int Sweep()
    {
        int swept = 0;
        foreach (string leftover in Directory.EnumerateFiles(paths.Root, TemporaryPrefix + "*"))
        {
            File.Delete(leftover);
            swept++;
        }

        return swept;
    }

    /// <summary>Whatever there is under the name of a file.</summary>
    public static NodeContent Read(string path)
    {
        try
        {
            using var file = File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            long size = RandomAccess.GetLength(file);
            if (size > LargestFile)
            {
                return NodeContent.Huge(size, LargestFile);
            }

            byte[] data = new byte[size];
            int read = 0;
            for (int more = 1; read < data.Length && more > 0; read += more)
            {
                more = RandomAccess.Read(file, data.AsSpan(read), read);
            }

            return new NodeContent(data[..read]);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return NodeContent.None;
        }
        catch (UnauthorizedAccessException)
        {
            return new NodeContent(
                null, Directory.Exists(path) ? "is a folder, not a file" : "may not be read by this server, its permissions do not allow it");
        }
    }

    /// <summary>Removes whatever there is under the name of a file; nothing is fine.</summary>
    public static void Remove(string path)
    {
        if (Directory.Exists(path) && new FileInfo(path).LinkTarget is null)
        {
            Directory.Delete(path, recursive: true);
        }
        else
        {
            File.Delete(path);
        }
    }

    /// <summary>Writes a file, in place of an older one if there is one.</summary>
    public void Replace(string path, byte[] data)
    {
        string temporary = WriteTemporary(data).Path;
        try
        {
            File.Move(temporary, path, overwrite: true);
        }
        catch
        {
            File.Delete(temporary);
            throw;
        }

        DurableFile.FlushFolder(Path.GetDirectoryName(path)!);
    }

    /// <summary>Writes a file that must not exist.</summary>
    /// <returns>False when it exists.</returns>
    public bool TryCreate(string path, byte[] data)
    {
        string temporary = WriteTemporary(data).Path;
        try
        {
            if (!Posix.TryLink(temporary, path))
            {
                return false;
            }
        }
        finally
        {
            File.Delete(temporary);
        }

        DurableFile.FlushFolder(Path.GetDirectoryName(path)!);
        return true;
    }

    /// <summary>Writes a file that must not exist and that is locked from its first moment on.</summary>
    /// <returns>The handle that holds the lock, or null when the file exists.</returns>
    public SafeFileHandle? TryCreateLocked(string path, byte[] data)
    {
        var (temporary, handle) = WriteTemporary(data, keepLocked: true);
        bool created = false;
        try
        {
            created = Posix.TryLink(temporary, path);
            return created ? handle : null;
        }
        finally
        {
            File.Delete(temporary);
            if (!created)
            {
                handle!.Dispose();
            }
        }
    }

    private (string Path, SafeFileHandle? Locked) WriteTemporary(byte[] data, bool keepLocked = false)
    {
        string path = Path.Join(paths.Root, TemporaryPrefix + RandomNumberGenerator.GetHexString(16, lowercase: true));
        var handle = Posix.CreateFile(path);
        try
        {
            if (keepLocked && !Posix.TryLock(handle))
            {
                throw new IOException($"'{path}' was locked by another process before it was written");
            }

            RandomAccess.Write(handle, data, 0);
            Posix.Flush(handle);
        }
        catch
        {
            handle.Dispose();
            File.Delete(path);
            throw;
        }

        if (keepLocked)
        {
            return (path, handle);
        }

        handle.Dispose();
        return (path, null);
    }
}
