// SPDX-License-Identifier: Apache-2.0
using System.Formats.Tar;
using System.IO.Compression;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;

/// <summary>Where the servers of a run keep their files.</summary>
internal sealed class BenchFolder : IDisposable
{
    private readonly Lazy<TestCertificate> _certificate;

    public BenchFolder() => _certificate = new Lazy<TestCertificate>(() => TestCertificate.Make(Sub("tls")));

    /// <summary>What servers of this run speak TLS with.</summary>
    public TestCertificate Certificate => _certificate.Value;

    public string Path { get; } = Directory.CreateTempSubdirectory("heron-bench-").FullName;

    public string Sub(string name) => Directory.CreateDirectory(System.IO.Path.Join(Path, name)).FullName;

    /// <summary>A file of random bytes; made once.</summary>
    public string FileOf(long size)
    {
        var path = System.IO.Path.Join(Sub("files"), $"{size}.bin");
        if (!File.Exists(path))
        {
            using var file = File.Create(path);
            var piece = new byte[1 << 20];
            for (var left = size; left > 0; left -= piece.Length)
            {
                RandomNumberGenerator.Fill(piece);
                file.Write(piece.AsSpan(0, (int)Math.Min(left, piece.Length)));
            }
        }

        return path;
    }

    /// <summary>A heron-core that says which release it is, and has nothing else; made once.</summary>
    public string Core()
    {
        var path = System.IO.Path.Join(Sub("files"), "heron-core.tar.gz");
        if (!File.Exists(path))
        {
            using var file = File.Create(path);
            using var zipped = new GZipStream(file, CompressionLevel.Fastest);
            using var archive = new TarWriter(zipped, TarEntryFormat.Ustar);
            archive.WriteEntry(new UstarTarEntry(TarEntryType.RegularFile, "heron-core/release.yaml")
            {
                DataStream = new MemoryStream("heron.build.version: 0.20.5-incubating\n"u8.ToArray()),
            });
        }

        return path;
    }

    public static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
