// SPDX-License-Identifier: Apache-2.0
using Heron.Core.State;
using Microsoft.Extensions.Logging;

namespace Heron.State.Folder;

/// <summary>
/// The view of a state in a folder. The kernel tells of changes, whoever makes them; and once a second the times of the directories
/// are looked at, so that a lost event shows as well. Where the kernel cannot tell (a file system of another machine, no inotify
/// instances left) every file is looked at once a second instead; files are read only when they have changed.
/// </summary>
internal sealed partial class FolderStateView : StateViewStore, IAsyncDisposable
{
    private static readonly TimeSpan LookInterval = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan CatchUpLimit = TimeSpan.FromSeconds(2);

    /// <summary>Daemons write in place: what cannot be read so soon after it was written may be half of a message.</summary>
    private static readonly TimeSpan StillBeingWritten = TimeSpan.FromMilliseconds(500);

    private static readonly string[] RemoteFileSystems = ["nfs", "cifs", "smb", "smb2", "fuse", "fuseblk", "9p", "ceph", "afs", "gfs", "gfs2", "lustre"];

    private readonly StatePaths _paths;
    private readonly ILogger _logger;
    private readonly CancellationTokenSource _stop = new();
    private readonly StateChanges _changes;
    private readonly Dictionary<string, StateNode> _nodeOfDirectory = new(StringComparer.Ordinal);
    private readonly Task _running;

    // Of the loop alone.
    private readonly Dictionary<string, TopologySnapshot> _topologies = new(StringComparer.Ordinal);
    private readonly Dictionary<StateNode, DirectoryStamps> _seen = [];
    private readonly HashSet<string> _unshown = new(StringComparer.Ordinal);
    private FileSystemWatcher? _watcher;
    private bool _cannotWatch;

    /// <param name="paths">The names of the files.</param>
    /// <param name="time">The clock.</param>
    /// <param name="logger">Where it is told that the kernel does not help.</param>
    public FolderStateView(StatePaths paths, TimeProvider time, ILogger logger)
        : base(time, $"The state folder '{paths.Root}'", CatchUpLimit)
    {
        _paths = paths;
        _logger = logger;
        _changes = new StateChanges(time);
        foreach (var node in TopologySnapshot.Nodes)
        {
            _nodeOfDirectory[DirectoryOf(node)] = node;
            _seen[node] = new DirectoryStamps();
        }

        _running = Task.Run(WorkAsync);
    }

    /// <inheritdoc/>
    public override async Task CatchUpAsync(string topologyName, CancellationToken cancellationToken)
    {
        try
        {
            await _changes.UntilShownAsync(topologyName, CatchUpLimit, cancellationToken).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            // Then it shows later, and meanwhile the view says that it may be behind.
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync().ConfigureAwait(false);
        await _running.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _watcher?.Dispose();
        _stop.Dispose();
    }

    private string DirectoryOf(StateNode node) => Path.GetDirectoryName(_paths.Of(node, "x"))!;

    private async Task WorkAsync()
    {
        while (true)
        {
            var batch = _changes.Take();
            try
            {
                Watch();
                Pass(batch.Nodes, batch.MayBeMore || _watcher is null);
                batch.Shows();
            }
#pragma warning disable CA1031 // Whatever it is: a view that stops without a word is worse.
            catch (Exception e)
#pragma warning restore CA1031
            {
                if (e is not (IOException or UnauthorizedAccessException))
                {
                    Log.Bug(_logger, e);
                }

                MarkStale(e.Message);
                foreach (var seen in _seen.Values)
                {
                    seen.Forget();
                }

                _changes.Return(batch, mayBeMore: true);
            }

            await WakeOrLookAsync().ConfigureAwait(false);
        }
    }

    private async Task WakeOrLookAsync()
    {
        using var enough = CancellationTokenSource.CreateLinkedTokenSource(_stop.Token);
        var woken = _changes.WokenAsync(enough.Token);
        await Task.WhenAny(woken, Task.Delay(LookInterval, Time, enough.Token)).ConfigureAwait(false);
        await enough.CancelAsync().ConfigureAwait(false);
        await woken.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _stop.Token.ThrowIfCancellationRequested();
    }

    private void Watch()
    {
        if (_watcher is not null || _cannotWatch || !Directory.Exists(_paths.Root))
        {
            return;
        }

        if (IsRemote(_paths.Root) is { } remote)
        {
            _cannotWatch = true;
            Log.LooksInstead(_logger, _paths.Root, $"it lies on a file system of another machine ({remote})");
            return;
        }

        try
        {
            var watcher = new FileSystemWatcher(_paths.Root)
            {
                IncludeSubdirectories = true,
                NotifyFilter = NotifyFilters.FileName | NotifyFilters.DirectoryName | NotifyFilters.LastWrite | NotifyFilters.Size,
                InternalBufferSize = 64 * 1024,
            };
            watcher.Created += (_, e) => Fired(e.FullPath);
            watcher.Changed += (_, e) => Fired(e.FullPath);
            watcher.Deleted += (_, e) => Fired(e.FullPath);
            watcher.Renamed += (_, e) =>
            {
                Fired(e.OldFullPath);
                Fired(e.FullPath);
            };
            watcher.Error += (_, _) => _changes.AddUnknown();
            watcher.EnableRaisingEvents = true;
            _watcher = watcher;
            _changes.AddUnknown();
        }
        catch (IOException e)
        {
            _cannotWatch = true;
            Log.LooksInstead(_logger, _paths.Root, e.Message);
        }
    }

    private static string? IsRemote(string folder)
    {
        try
        {
            string format = new DriveInfo(folder).DriveFormat;
            return RemoteFileSystems.Any(remote => format.StartsWith(remote, StringComparison.OrdinalIgnoreCase)) ? format : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            return null;
        }
    }

    private void Fired(string path)
    {
        if (Path.GetDirectoryName(path) is { } directory && _nodeOfDirectory.TryGetValue(directory, out var node))
        {
            _changes.Add(node, Path.GetFileName(path));
        }
        else if (_nodeOfDirectory.ContainsKey(path))
        {
            _changes.AddUnknown();
        }
    }

    /// <summary>Reads what has changed and shows it.</summary>
    private void Pass(IReadOnlyList<(StateNode Node, string Name)> fired, bool lookAtAll)
    {
        var reads = fired.ToHashSet();
        foreach (var (node, seen) in _seen)
        {
            seen.Look(DirectoryOf(node), lookAtAll, name => reads.Add((node, name)));
        }

        foreach (string name in reads.Where(r => r.Node == StateNode.Definition).Select(r => r.Name).Where(StatePaths.IsTopologyName).ToList())
        {
            _unshown.Add(name);
            if (!Path.Exists(_paths.Topology(name)))
            {
                _topologies.Remove(name);
            }
            else if (_topologies.TryAdd(name, new TopologySnapshot(name)))
            {
                reads.UnionWith(TopologySnapshot.Nodes.Select(node => (node, name)));
            }
        }

        foreach (var (node, name) in reads.Where(r => _topologies.ContainsKey(r.Name)))
        {
            var before = _topologies[name];
            var now = before.With(node, StateFolder.Read(_paths.Of(node, name)));
            if (now.Damages.Count > before.Damages.Count && before.Id is not null && IsBeingWritten(_paths.Of(node, name)))
            {
                ReadAgainSoon(node, name);
                continue;
            }

            _topologies[name] = now;
            _unshown.Add(name);
        }

        // A removal begins with the definition: then what is missing is no damage.
        foreach (string name in _unshown.Where(n => _topologies.TryGetValue(n, out var t) && t.Damages.Count > 0 && !Path.Exists(_paths.Topology(n))))
        {
            _topologies.Remove(name);
        }

        Apply(
            _unshown.Where(_topologies.ContainsKey).Select(name => _topologies[name]),
            _unshown.Where(name => !_topologies.ContainsKey(name)),
            live: true);
        _unshown.Clear();
    }

    private bool IsBeingWritten(string path)
    {
        // The clock of the files may be another one than ours.
        var age = File.Exists(path) ? Time.GetUtcNow() - File.GetLastWriteTimeUtc(path) : TimeSpan.MaxValue;
        return age >= TimeSpan.Zero && age < StillBeingWritten;
    }

    private void ReadAgainSoon(StateNode node, string name)
    {
        _changes.AddQuietly(node, name);
        _ = Task.Delay(StillBeingWritten / 5, Time, _stop.Token).ContinueWith(
            _ => _changes.Wake(), CancellationToken.None, TaskContinuationOptions.OnlyOnRanToCompletion, TaskScheduler.Default);
    }

    /// <summary>The files of one directory as they were looked at last.</summary>
    private sealed class DirectoryStamps
    {
        private Dictionary<string, (DateTime Written, long Length)> _files = new(StringComparer.Ordinal);
        private DateTime _directory;

        /// <summary>What was told may not have been read: all of it is told again.</summary>
        public void Forget() => (_files, _directory) = (new(StringComparer.Ordinal), default);

        /// <summary>Tells of files that have come, gone or changed; of none when the directory has not changed, unless all are to be looked at.</summary>
        public void Look(string directory, bool lookAtAll, Action<string> tell)
        {
            // Of a directory that is missing this is a date long ago.
            var now = Directory.GetLastWriteTimeUtc(directory);
            if (now == _directory && !lookAtAll)
            {
                return;
            }

            _directory = now;
            var files = new Dictionary<string, (DateTime Written, long Length)>(StringComparer.Ordinal);
            if (Directory.Exists(directory))
            {
                foreach (var entry in new DirectoryInfo(directory).EnumerateFileSystemInfos())
                {
                    files[entry.Name] = (entry.LastWriteTimeUtc, entry is FileInfo file ? file.Length : -1);
                }
            }

            foreach (var (name, stamp) in files)
            {
                if (!_files.TryGetValue(name, out var before) || before != stamp)
                {
                    tell(name);
                }
            }

            foreach (string name in _files.Keys.Where(name => !files.ContainsKey(name)))
            {
                tell(name);
            }

            _files = files;
        }
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Information, Message = "changes in the state folder '{Folder}' are looked for once a second: {Reason}")]
        public static partial void LooksInstead(ILogger logger, string folder, string reason);

        [LoggerMessage(Level = LogLevel.Error, Message = "the view of the state folder cannot follow, trying again")]
        public static partial void Bug(ILogger logger, Exception exception);
    }
}
