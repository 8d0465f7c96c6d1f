// SPDX-License-Identifier: Apache-2.0
using System.Diagnostics;
using System.Formats.Tar;
using System.IO.Compression;
using System.Security.Cryptography;
using Heron.Core.Storage;
using Heron.Operations.Submit;
using Heron.Testing;

namespace Heron.Operations.Tests.Submit;

/// <summary>The package that is written while its binary arrives, as those read it who fetch it.</summary>
public sealed class PackageWriterTests : IDisposable
{
    // Nodes may have it for tar; where tests run, it need not be there.
    private const string BusyBox = "/usr/bin/busybox";

    private readonly string _folder = Directory.CreateTempSubdirectory("heron-package-").FullName;

    public enum Guess
    {
        None,
        Right,
        TooSmall,
        TooLarge,
    }

    public enum Kind
    {
        Random,
        Zeros,
        Mixed,
    }

    public void Dispose() => Scratch.Delete(_folder);

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task A_package_holds_what_was_written_whatever_was_guessed_of_its_length(int length, Guess guess, Kind kind)
    {
        var content = Content(length, kind);
        var (path, sha256) = Write("binary.jar", content, guess switch
        {
            Guess.None => null,
            Guess.Right => length,
            Guess.TooSmall => length / 2,
            _ => length + 1L,
        });

        await using var file = File.OpenRead(path);
        Assert.Equal(Convert.ToHexStringLower(await SHA256.HashDataAsync(file)), sha256);
        file.Position = 0;
        await using var gzip = new GZipStream(file, CompressionMode.Decompress);
        await using var tar = new TarReader(gzip);
        Assert.Equal("binary.jar", await EntryAsync(tar, content));
        Assert.Equal("notes", await EntryAsync(tar, "after it"u8.ToArray()));
        Assert.Null(await tar.GetNextEntryAsync());
    }

    /// <summary>They check what .NET does not: the CRC of the whole, and the checksum of each head.</summary>
    [Theory]
    [InlineData(Guess.Right, Kind.Random, "short.jar")]
    [InlineData(Guess.None, Kind.Mixed, "short.jar")]
    [InlineData(Guess.TooLarge, Kind.Zeros, "ääääääääääääääääääääääääääääääääääääääääääääääääääääääää.jar")]
    public async Task The_systems_own_gzip_and_tar_take_it(Guess guess, Kind kind, string name)
    {
        var content = Content(9_000_001, kind);
        var (path, _) = Write(name, content, guess == Guess.None ? null : guess == Guess.Right ? content.Length : content.Length + 7L);

        await RunAsync("gzip", "-t", path);
        await RunAsync("tar", "-xzf", path, "-C", _folder);
        Assert.Equal(content, await File.ReadAllBytesAsync(Path.Join(_folder, name)));
        if (File.Exists(BusyBox))
        {
            var small = Directory.CreateDirectory(Path.Join(_folder, "busybox")).FullName;
            await RunAsync("sh", "-c", $"{BusyBox} tar -xz -C {small} < {path}");
            Assert.Equal(content, await File.ReadAllBytesAsync(Path.Join(small, name)));
        }

        Assert.Equal("after it", await File.ReadAllTextAsync(Path.Join(_folder, "notes")));
        Assert.Equal(
            UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead,
            File.GetUnixFileMode(Path.Join(_folder, name)));
    }

    [Fact]
    public void What_does_not_get_smaller_is_stored_and_what_does_is_compressed_also_in_one_file()
    {
        const int Half = 4_200_000;
        var (path, _) = Write("mixed.tar", [.. new byte[Half], .. RandomNumberGenerator.GetBytes(Half)], guess: null);
        Assert.InRange(new FileInfo(path).Length, Half, Half + 200_000);
    }

    [Fact]
    public void A_package_that_is_given_up_leaves_no_file()
    {
        var path = Path.Join(_folder, "given-up");
        using (var package = new PackageWriter(new StagedFile(path)))
        {
            package.BeginBinary("x.jar", guess: null);
            package.Write(new byte[500_000]);
            Assert.True(File.Exists(path));
        }

        Assert.False(File.Exists(path));
    }

    [Theory]
    [InlineData(0L)]
    [InlineData(12_345L)]
    [InlineData((1L << 33) - 1)]
    [InlineData(1L << 33)]
    [InlineData(123_456_789_012L)]
    public async Task Heads_say_any_length(long length)
    {
        var head = TarHead.Of(new GnuTarEntry(TarEntryType.RegularFile, "x"), length);
        var path = Path.Join(_folder, "head.tar");
        await using (var file = File.Create(path))
        {
            await file.WriteAsync(head);

            // A hole: nobody has a disk for it.
            file.SetLength(head.Length + ((length + 511) / 512 * 512) + 1024);
        }

        Assert.Contains($" {length} ", await RunAsync("tar", "-tvf", path), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(511)]
    [InlineData(1_000_003)]
    public void A_difference_of_checksums_is_moved_on_by_what_follows(int following)
    {
        var (first, second) = (RandomNumberGenerator.GetBytes(64), RandomNumberGenerator.GetBytes(64));
        var rest = RandomNumberGenerator.GetBytes(following);
        var expected = Crc(first, rest) ^ Crc(second, rest);
        Assert.Equal(expected, Crc32Shift.Over(Crc(first, []) ^ Crc(second, []), following));
    }

    private static uint Crc(byte[] first, byte[] second)
    {
        // As gzip itself computes it: the last eight bytes of a file are the CRC and the length.
        using var file = new MemoryStream();
        using (var gzip = new GZipStream(file, CompressionLevel.NoCompression, leaveOpen: true))
        {
            gzip.Write(first);
            gzip.Write(second);
        }

        return BitConverter.ToUInt32(file.ToArray().AsSpan()[^8..]);
    }

    private static byte[] Content(int length, Kind kind)
    {
        var content = new byte[length];
        if (kind == Kind.Random)
        {
            RandomNumberGenerator.Fill(content);
        }
        else if (kind == Kind.Mixed)
        {
            // Larger than what one look decides about.
            RandomNumberGenerator.Fill(content.AsSpan(length / 3, length / 3));
        }

        return content;
    }

    private static async Task<string> EntryAsync(TarReader tar, byte[] expected)
    {
        var entry = (await tar.GetNextEntryAsync())!;
        var content = new MemoryStream();
        await (entry.DataStream?.CopyToAsync(content) ?? Task.CompletedTask);
        Assert.Equal(expected, content.ToArray());
        return entry.Name;
    }

    private static async Task<string> RunAsync(string program, params string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["LC_ALL"] = "C.UTF-8";
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync();
        var errors = await process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        Assert.True(process.ExitCode == 0, errors);
        return await output;
    }

    private (string Path, string Sha256) Write(string name, byte[] content, long? guess)
    {
        var path = Path.Join(_folder, "package");
        using var package = new PackageWriter(new StagedFile(path));
        package.BeginBinary(name, guess);
        for (var at = 0; at < content.Length;)
        {
            var piece = Math.Min(60 * 1024, content.Length - at);
            package.Write(content.AsSpan(at, piece));
            at += piece;
        }

        package.EndBinary();
        using (var tar = package.AddRest())
        {
            tar.WriteEntry(new GnuTarEntry(TarEntryType.RegularFile, "notes") { DataStream = new MemoryStream("after it"u8.ToArray()) });
        }

        return (path, package.Complete().Sha256);
    }

    public static TheoryData<int, Guess, Kind> Cases()
    {
        var cases = new TheoryData<int, Guess, Kind>();
        foreach (var length in new[] { 0, 1, 511, 512, 60 * 1024, 5_000_000 })
        {
            foreach (var guess in Enum.GetValues<Guess>())
            {
                foreach (var kind in Enum.GetValues<Kind>())
                {
                    cases.Add(length, guess, kind);
                }
            }
        }

        return cases;
    }
}
