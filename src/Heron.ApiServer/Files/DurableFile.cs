namespace Heron.ApiServer.Files;

/// <summary>Writes small files so that they are there whole or not at all, even after a power cut.</summary>
internal static class DurableFile
{
    /// <summary>Writes to a temporary path on the same disk, flushes, renames, and flushes the folder.</summary>
    public static void Write(string path, string temporaryPath, ReadOnlySpan<byte> content)
    {
        using (var handle = File.OpenHandle(temporaryPath, FileMode.CreateNew, FileAccess.Write))
        {
            RandomAccess.Write(handle, content, 0);
            RandomAccess.FlushToDisk(handle);
        }

        File.Move(temporaryPath, path, overwrite: true);
        Posix.FlushFolder(Path.GetDirectoryName(path)!);
    }
}
