// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;
using Heron.Core;

namespace Heron.ApiServer.Access;

/// <summary>The chain of hashes through the lines of an audit and its rotated files.</summary>
internal static class AuditChain
{
    private const string OlderFormat = "yyyyMMdd'T'HHmmssfffffff'Z'";

    /// <summary>What the very first line names as the one before it.</summary>
    public static string Start { get; } = HashOf([]);

    /// <summary>The hash of a line, its line end not included.</summary>
    public static string HashOf(ReadOnlySpan<byte> line) => Convert.ToHexStringLower(SHA256.HashData(line));

    /// <summary>The current file and the older ones, oldest first.</summary>
    public static IReadOnlyList<string> FilesOf(string path)
    {
        var full = Path.GetFullPath(path);
        var folder = Path.GetDirectoryName(full)!;
        var older = Directory.Exists(folder)
            ? Directory.EnumerateFiles(folder, Path.GetFileName(full) + ".*").Where(f => f.Length > full.Length + 1 && char.IsAsciiDigit(f[full.Length + 1]))
            : [];
        return [.. older.Order(StringComparer.Ordinal), .. File.Exists(full) ? [full] : Array.Empty<string>()];
    }

    /// <summary>The name under which the current file is put aside: behind those of all older ones, also when the clock was set back.</summary>
    public static string NextOlder(string path, DateTimeOffset time)
    {
        var full = Path.GetFullPath(path);
        var at = time.UtcDateTime;
        if (FilesOf(path).LastOrDefault(f => f != full) is { } newest
            && DateTime.TryParseExact(
                newest[(full.Length + 1)..], OlderFormat, CultureInfo.InvariantCulture, DateTimeStyles.AdjustToUniversal | DateTimeStyles.AssumeUniversal, out var last)
            && last >= at)
        {
            at = last.AddTicks(1);
        }

        return $"{full}.{at.ToString(OlderFormat, CultureInfo.InvariantCulture)}";
    }

    /// <summary>Checks every line of an audit.</summary>
    /// <param name="path">The current file; rotated files are found beside it.</param>
    /// <returns>The number of lines and the hash of the last: what to compare with a copy kept elsewhere.</returns>
    /// <exception cref="HeronException"><see cref="FaultKind.Invalid"/>: which line is not the one that was written.</exception>
    public static (long Lines, string Last) Verify(string path)
    {
        var files = FilesOf(path);
        if (files.Count == 0)
        {
            throw new HeronException(FaultKind.NotFound, $"there is no audit {path}");
        }

        string? expected = null;
        var lines = 0L;
        foreach (var file in files)
        {
            var number = 0;
            foreach (var line in File.ReadLines(file))
            {
                number++;
                lines++;
                var bytes = System.Text.Encoding.UTF8.GetBytes(line);
                var previous = PreviousOf(bytes) ?? throw Broken(file, number, "it is no line of an audit");
                if (expected is not null ? previous != expected : previous != Start && number > 1)
                {
                    throw Broken(file, number, "the line before it was changed, removed or put in");
                }

                expected = HashOf(bytes);
            }
        }

        return (lines, expected ?? Start);
    }

    private static string? PreviousOf(byte[] line)
    {
        try
        {
            return JsonSerializer.Deserialize(line, AuditJson.Default.AuditEntry)?.Previous;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static HeronException Broken(string file, int line, string why) => new(FaultKind.Invalid, $"{file}: line {line}: {why}");
}
