// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using System.Text;
using System.Text.Json;
using Heron.Core;

namespace Heron.ApiServer.Access;

/// <summary>
/// The audit: one file of JSON lines that is only appended to, every line naming the hash of the one before. A line is on the disk before
/// the answer to its request goes out. A file that has become large is put aside under the time of its last line; the chain goes on in the next.
/// </summary>
internal sealed class AuditLog : IDisposable
{
    /// <summary>When a file is put aside.</summary>
    public const long DefaultMaxBytes = 64 * 1024 * 1024;

    private readonly Lock _lock = new();
    private readonly string _path;
    private readonly long _maxBytes;
    private readonly FileStream _held;
    private FileStream _file;
    private string _previous;

    private AuditLog(string path, long maxBytes)
    {
        _path = path;
        _maxBytes = maxBytes;
        _held = new FileStream(path + ".lock", FileMode.OpenOrCreate, FileAccess.Write, FileShare.None);
        _previous = LastHash(path);
        _file = Open(path);
    }

    /// <summary>Goes on with the audit at a path, or begins one.</summary>
    /// <exception cref="HeronException"><see cref="FaultKind.Invalid"/>: the file cannot be written, or another server writes it.</exception>
    public static AuditLog OpenAt(string path, long maxBytes = DefaultMaxBytes)
    {
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);
            return new AuditLog(path, maxBytes);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new HeronException(
                FaultKind.Invalid, $"--audit-log: {path} cannot be written: {e.Message}; every server needs a file of its own", e);
        }
    }

    /// <summary>Appends a line and has it on the disk when it returns.</summary>
    /// <param name="entry">What to write; the hash of the line before is filled in.</param>
    public void Write(AuditEntry entry)
    {
        lock (_lock)
        {
            if (_file.Length >= _maxBytes)
            {
                Rotate(entry.Time);
            }

            var line = JsonSerializer.SerializeToUtf8Bytes(entry with { Previous = _previous }, AuditJson.Default.AuditEntry);
            _file.Write([.. line, (byte)'\n']);
            _file.Flush(flushToDisk: true);
            _previous = AuditChain.HashOf(line);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _file.Dispose();
        _held.Dispose();
    }

    private void Rotate(DateTimeOffset time)
    {
        _file.Dispose();
        File.Move(_path, $"{_path}.{time.UtcDateTime.ToString("yyyyMMdd'T'HHmmssfffffff'Z'", CultureInfo.InvariantCulture)}");
        _file = Open(_path);
    }

    // Nobody but the operator reads it.
    private static FileStream Open(string path) => new(path, new FileStreamOptions
    {
        Mode = FileMode.Append,
        Access = FileAccess.Write,
        Share = FileShare.Read,
        BufferSize = 0,
        UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
    });

    private static string LastHash(string path)
    {
        CutHalfLine(path);
        foreach (var file in AuditChain.FilesOf(path).Reverse())
        {
            if (File.ReadLines(file).LastOrDefault() is { } line)
            {
                return AuditChain.HashOf(Encoding.UTF8.GetBytes(line));
            }
        }

        return AuditChain.Start;
    }

    // What a crash left half was not answered for: its request was not done, or is told by the journal.
    private static void CutHalfLine(string path)
    {
        if (!File.Exists(path))
        {
            return;
        }

        using var file = new FileStream(path, FileMode.Open, FileAccess.ReadWrite, FileShare.Read);
        var end = file.Length;
        while (end > 0)
        {
            file.Position = end - 1;
            if (file.ReadByte() == '\n')
            {
                break;
            }

            end--;
        }

        file.SetLength(end);
    }
}
