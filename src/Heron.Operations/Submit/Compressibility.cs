// SPDX-License-Identifier: Apache-2.0
using System.IO.Compression;

namespace Heron.Operations.Submit;

/// <summary>Decides whether compressing is worth it.</summary>
internal static class Compressibility
{
    private const int SampleSize = 32 * 1024;
    private const double WorthIt = 0.9;

    /// <summary>
    /// Whether content that begins like this gets smaller. A jar is compressed already: another pass makes it no smaller, sometimes
    /// larger, and costs fifty times as much as storing it.
    /// </summary>
    public static bool IsWorthIt(ReadOnlySpan<byte> beginning)
    {
        var sample = beginning[..Math.Min(SampleSize, beginning.Length)];
        using var counted = new MemoryStream();
        using (var deflate = new DeflateStream(counted, CompressionLevel.Fastest, leaveOpen: true))
        {
            deflate.Write(sample);
        }

        return counted.Length < sample.Length * WorthIt;
    }
}
