using System.IO.Compression;

namespace Heron.Operations.Submit;

/// <summary>Decides whether compressing a package is worth it.</summary>
internal static class Compressibility
{
    private const int SampleSize = 64 * 1024;
    private const double WorthIt = 0.9;

    /// <summary>
    /// The level for a package that consists mostly of one file. A jar is compressed already: another pass makes it no
    /// smaller, sometimes larger, and costs fifty times as much as storing it. A sample from the file's middle tells.
    /// </summary>
    public static CompressionLevel LevelFor(string path)
    {
        using var file = File.OpenHandle(path);
        var length = RandomAccess.GetLength(file);
        var sample = new byte[Math.Min(SampleSize, length)];
        var read = RandomAccess.Read(file, sample, (length - sample.Length) / 2);
        using var counted = new MemoryStream();
        using (var deflate = new DeflateStream(counted, CompressionLevel.Fastest, leaveOpen: true))
        {
            deflate.Write(sample, 0, read);
        }

        return counted.Length < read * WorthIt ? CompressionLevel.Fastest : CompressionLevel.NoCompression;
    }
}
