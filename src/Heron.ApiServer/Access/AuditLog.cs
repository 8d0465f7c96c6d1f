// SPDX-License-Identifier: Apache-2.0
using System.Text;
using System.Text.Json;
using Heron.Core;
using Heron.Core.Storage;
using Microsoft.Extensions.Logging.Abstractions;

namespace Heron.ApiServer.Access;

/// <summary>
/// The audit: one file of JSON lines that is only appended to, every line naming the hash of the one before. A line is on the disk before
/// the answer to its request goes out. A file that has become large is put aside under the time of its last line; the chain goes on in the next.
/// What cannot be written is told in the log, waits here, and goes in, first, as soon as the disk takes it.
/// </summary>
internal sealed partial class AuditLog : IDisposable
{
    /// <summary>When a file is put aside.</summary>
    public const long DefaultMaxBytes = 64 * 1024 * 1024;

    /// <summary>How often what waits is tried again.</summary>
    public static readonly TimeSpan RetryEvery = TimeSpan.FromSeconds(5);

    // What was being done when the disk failed, and kills on a full one. More is refused.
    private const int MostWaiting = 10_000;

    private readonly Lock _lock = new();
    private readonly string _path;
    private readonly long _maxBytes;
    private readonly AuditDisk _disk;
    private readonly ILogger _logger;
    private readonly FileStream _held;
    private readonly ITimer _retry;
    private readonly Queue<AuditEntry> _waiting = new();
    private Stream _file;

    // Where the last whole line ends.
    private long _end;
    private string _previous;

    // Put aside, while no new one could be begun.
    private bool _isAside;
    private bool _isTorn;
    private bool _isTooLarge;
    private bool _isDisposed;

    private AuditLog(string path, long maxBytes, AuditDisk disk, TimeProvider time, ILogger logger)
    {
        _path = Path.GetFullPath(path);
        _maxBytes = maxBytes;
        _disk = disk;
        _logger = logger;
        _held = new FileStream(path + ".lock", FileMode.OpenOrCreate, FileAccess.Write, FileShare.None);
        try
        {
            _previous = LastHash(path);
            _file = disk.Open(_path);
        }
        catch
        {
            _held.Dispose();
            throw;
        }

        _end = _file.Length;
        _retry = time.CreateTimer(_ => Retry(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>Goes on with the audit at a path, or begins one.</summary>
    /// <exception cref="HeronException"><see cref="FaultKind.Invalid"/>: the file cannot be written, or another server writes it.</exception>
    public static AuditLog OpenAt(
        string path, long maxBytes = DefaultMaxBytes, AuditDisk? disk = null, TimeProvider? time = null, ILogger? logger = null)
    {
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);
            return new AuditLog(path, maxBytes, disk ?? new AuditDisk(), time ?? TimeProvider.System, logger ?? NullLogger.Instance);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new HeronException(
                FaultKind.Invalid, $"--audit-log: {path} cannot be written: {e.Message}; every server needs a file of its own", e);
        }
    }

    /// <summary>Asked before anything is changed: what could not be noted is not to be done.</summary>
    /// <param name="makesRoom">Whether the change makes room on disks: a full one does not hinder it then.</param>
    /// <exception cref="HeronException">Lines wait, and the disk takes none.</exception>
    public void Prepare(bool makesRoom)
    {
        lock (_lock)
        {
            if (_waiting.Count > 0 && TryDrain(fresh: 0) is { } fault && !(makesRoom && DiskFull.Is(fault) && _waiting.Count < MostWaiting))
            {
                throw new HeronException(
                    KindOf(fault), "The server cannot write its audit, and changes nothing that it cannot note there; its operator must see to the disk of the audit", fault);
            }
        }
    }

    /// <summary>Appends a line and has it on the disk when it returns.</summary>
    /// <param name="entry">What to write; the hash of the line before is filled in.</param>
    /// <exception cref="HeronException">It could not be written yet. It is in the log, and waits.</exception>
    public void Write(AuditEntry entry)
    {
        lock (_lock)
        {
            _waiting.Enqueue(entry);
            if (TryDrain(fresh: 1) is { } fault)
            {
                Log.NotWritten(_logger, _path, fault.Message, Encoding.UTF8.GetString(LineOf(entry with { Previous = "" })));
                throw new HeronException(
                    KindOf(fault),
                    "What was asked for has been done, but the server cannot write its audit, and notes it there when it can again; "
                    + "its operator must see to the disk of the audit",
                    fault);
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        lock (_lock)
        {
            if (_isDisposed)
            {
                return;
            }

            // What still waits then is in the log.
            _ = TryDrain(fresh: 0);
            _isDisposed = true;
            _retry.Dispose();
            _file.Dispose();
            _held.Dispose();
        }
    }

    private static FaultKind KindOf(Exception fault) => DiskFull.Is(fault) ? FaultKind.OutOfSpace : FaultKind.Unavailable;

    private static byte[] LineOf(AuditEntry entry) => JsonSerializer.SerializeToUtf8Bytes(entry, AuditJson.Default.AuditEntry);

    private void Retry()
    {
        lock (_lock)
        {
            _ = TryDrain(fresh: 0);
        }
    }

    /// <summary>Writes what waits.</summary>
    /// <param name="fresh">How many have not been tried before.</param>
    /// <returns>Why not all could be written.</returns>
    private Exception? TryDrain(int fresh)
    {
        var waited = _waiting.Count - fresh;
        try
        {
            ObjectDisposedException.ThrowIf(_isDisposed, this);
            while (_waiting.TryPeek(out var entry))
            {
                Append(entry);
                _waiting.Dequeue();
            }

            if (waited > 0)
            {
                Log.WrittenAgain(_logger, _path, waited);
            }

            return null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ObjectDisposedException)
        {
            if (!_isDisposed)
            {
                _retry.Change(RetryEvery, Timeout.InfiniteTimeSpan);
            }

            return e;
        }
    }

    private void Append(AuditEntry entry)
    {
        if ((!_isAside && !_disk.IsAt(_path, _file)) || _file.Length < _end)
        {
            Log.Moved(_logger, _path);
            Begin();
        }

        if (_isTorn)
        {
            _file.SetLength(_end);
            _isTorn = false;
        }

        if (_isAside || _end >= _maxBytes)
        {
            Rotate(entry.Time);
        }

        var line = LineOf(entry with { Previous = _previous });
        _isTorn = true;
        _file.Position = _end;
        _file.Write([.. line, (byte)'\n']);
        _disk.Flush(_file);
        _isTorn = false;
        _end = _file.Position;
        _previous = AuditChain.HashOf(line);
    }

    // While the file cannot be put aside, or no new one be begun, the chain goes on in the one that is open.
    private void Rotate(DateTimeOffset time)
    {
        try
        {
            if (!_isAside)
            {
                _disk.Move(_path, AuditChain.NextOlder(_path, time));
                _isAside = true;
            }

            Begin();
            _isTooLarge = false;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            if (!_isTooLarge)
            {
                Log.NotRotated(_logger, _path, e.Message);
            }

            _isTooLarge = true;
        }
    }

    private void Begin()
    {
        CutHalfLine(_path);
        var next = _disk.Open(_path);
        _file.Dispose();
        (_file, _end, _isAside, _isTorn) = (next, next.Length, false, false);
        DurableFile.FlushFolder(Path.GetDirectoryName(_path)!);
    }

    private static string LastHash(string path)
    {
        var files = AuditChain.FilesOf(path);
        if (files.Count > 0)
        {
            // A server that ended while it could begin no new file had gone on in the one before.
            CutHalfLine(files[^1]);
        }

        foreach (var file in files.Reverse())
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

        using var file = new FileStream(path, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete);
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

    private static partial class Log
    {
        [LoggerMessage(
            Level = LogLevel.Error,
            Message = "the audit {Path} cannot be written: {Reason}. Changes are refused until it can. This was done and waits for its line: {Line}")]
        public static partial void NotWritten(ILogger logger, string path, string reason, string line);

        [LoggerMessage(Level = LogLevel.Warning, Message = "the audit {Path} is written again, and has the {Count} lines that waited")]
        public static partial void WrittenAgain(ILogger logger, string path, int count);

        [LoggerMessage(Level = LogLevel.Warning, Message = "the audit {Path} was deleted, cut or put aside by another program; it goes on under that name")]
        public static partial void Moved(ILogger logger, string path);

        [LoggerMessage(
            Level = LogLevel.Warning,
            Message = "the audit {Path} cannot be put aside, though it has become large: {Reason}. It goes on in the same file until it can")]
        public static partial void NotRotated(ILogger logger, string path, string reason);
    }
}
