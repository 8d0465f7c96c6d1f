// SPDX-License-Identifier: Apache-2.0
namespace Heron.Core.Storage;

/// <summary>Files that are there whole or not at all, even after a power cut.</summary>
public static class DurableFile
{
    /// <summary>Writes to a temporary path on the same disk, flushes, renames, and flushes the folder.</summary>
    /// <param name="path">The file; one that is there is replaced.</param>
    /// <param name="temporaryPath">A name that nobody else uses; what a dead process left there is overwritten.</param>
    /// <param name="content">The whole content.</param>
    public static void Write(string path, string temporaryPath, ReadOnlySpan<byte> content)
    {
        try
        {
            using (var handle = File.OpenHandle(temporaryPath, FileMode.Create, FileAccess.Write, FileShare.None))
            {
                RandomAccess.Write(handle, content, 0);
                RandomAccess.FlushToDisk(handle);
            }

            File.Move(temporaryPath, path, overwrite: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // On a full disk what was written of it takes room for nothing.
            TryDelete(temporaryPath);
            throw;
        }

        FlushFolder(Path.GetDirectoryName(path)!);
    }

    private static bool TryDelete(string path)
    {
        try
        {
            File.Delete(path);
            return true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    /// <summary>Makes the names in a folder durable: without this a power cut may undo a rename or a removal.</summary>
    public static void FlushFolder(string path)
    {
        using var handle = Posix.OpenDirectory(path);
        Posix.Flush(handle);
    }
}
