// SPDX-License-Identifier: Apache-2.0
using Heron.Core;
using Heron.Core.Storage;
using Microsoft.Extensions.Logging;

namespace Heron.Operations.Journal;

/// <summary>The journal in this server's folder: a file an entry.</summary>
public sealed partial class FolderJournal : IJournal
{
    private const string Prefix = "intent-";

    private readonly InstanceFolder _folder;
    private readonly ILogger<FolderJournal> _logger;
    private readonly Func<string> _temporaryPath;
    private readonly Lock _lock = new();
    private readonly List<Entry> _unfinished;

    /// <summary>
    /// Opens the journal; entries that are in it already come from servers that died. One that cannot be read is told and
    /// set aside: it is no reason not to serve.
    /// </summary>
    public FolderJournal(InstanceFolder folder, ILogger<FolderJournal> logger)
        : this(folder, () => folder.NewWorkPath("intent"), logger)
    {
    }

    /// <summary>The same, with entries written at paths that a test chooses before they get their name.</summary>
    internal FolderJournal(InstanceFolder folder, Func<string> temporaryPath, ILogger<FolderJournal> logger)
    {
        _folder = folder;
        _temporaryPath = temporaryPath;
        _logger = logger;
        _unfinished = [.. Directory.GetFiles(folder.Journal, Prefix + "*.json").Select(Read).OfType<Entry>().OrderBy(e => e.Intent.Begun)];
    }

    /// <inheritdoc/>
    public Task<IJournalEntry> BeginAsync(Intent intent, CancellationToken cancellationToken)
    {
        var entry = new Entry(this, Path.Join(_folder.Journal, $"{Prefix}{Guid.NewGuid():N}.json"), intent);
        entry.Write(intent);
        return Task.FromResult<IJournalEntry>(entry);
    }

    /// <inheritdoc/>
    public Task<IReadOnlyList<IJournalEntry>> UnfinishedAsync(CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            return Task.FromResult<IReadOnlyList<IJournalEntry>>([.. _unfinished]);
        }
    }

    private Entry? Read(string path)
    {
        try
        {
            // Files appear here by rename only, so a file is whole, unless the disk or somebody has damaged it.
            return new Entry(this, path, EntryFormat.Read(File.ReadAllBytes(path)));
        }
        catch (DamagedIntentException e)
        {
            Log.Damaged(_logger, _folder.SetAside(path), e.Message);
            return null;
        }
    }

    private void Leave(Entry entry)
    {
        lock (_lock)
        {
            _unfinished.Add(entry);
        }
    }

    private void Forget(Entry entry)
    {
        lock (_lock)
        {
            _unfinished.Remove(entry);
        }
    }

    private sealed class Entry(FolderJournal journal, string path, Intent intent) : IJournalEntry
    {
        private bool _isOver;

        /// <inheritdoc/>
        public Intent Intent { get; private set; } = intent;

        /// <inheritdoc/>
        public Task ReplaceAsync(Intent intent, CancellationToken cancellationToken)
        {
            Write(intent);
            Intent = intent;
            return Task.CompletedTask;
        }

        /// <inheritdoc/>
        public Task CompleteAsync(CancellationToken cancellationToken)
        {
            _isOver = true;
            File.Delete(path);
            DurableFile.FlushFolder(Path.GetDirectoryName(path)!);
            journal.Forget(this);
            return Task.CompletedTask;
        }

        /// <inheritdoc/>
        public void Dispose()
        {
            if (!_isOver)
            {
                _isOver = true;
                journal.Leave(this);
            }
        }

        public void Write(Intent intent)
        {
            try
            {
                DurableFile.Write(path, journal._temporaryPath(), EntryFormat.Write(intent));
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                throw new HeronException(
                    Faults.KindOf(e) == FaultKind.OutOfSpace ? FaultKind.OutOfSpace : FaultKind.Unavailable,
                    $"The server cannot write its journal, and does nothing that a crash could leave half done without it: {e.Message} "
                    + $"({Path.GetDirectoryName(path)}); its operator must see to that disk",
                    e);
            }
        }
    }

    private static partial class Log
    {
        [LoggerMessage(
            Level = LogLevel.Error,
            Message = "an entry of the journal is damaged ({Reason}), so what it was about is not settled. It is kept as {Kept}: kill "
                + "the topology that it names if half of that is there, then delete the file")]
        public static partial void Damaged(ILogger logger, string kept, string reason);
    }
}
