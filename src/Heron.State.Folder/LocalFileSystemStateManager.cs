using System.Globalization;
using System.Security.Cryptography;
using Google.Protobuf;
using Heron.Core;
using Heron.Core.Protobuf;
using Heron.Core.State;
using Heron.Core.Storage;
using Microsoft.Extensions.Logging;

namespace Heron.State.Folder;

/// <summary>
/// State in a folder, for one machine: the paths and bytes of Heron's <c>LocalFileSystemStateManager</c>. Several
/// servers may share the folder.
/// </summary>
/// <remarks>
/// A reader never finds a topology without its execution state: <c>topologies/NAME</c> is the last file that a
/// registration writes and the first one that goes. A process that dies in between leaves files that belong to no
/// topology; the next registration or removal under that name takes them along.
/// </remarks>
public sealed partial class LocalFileSystemStateManager : IStateManager
{
    private static readonly TimeSpan LockPollInterval = TimeSpan.FromMilliseconds(50);

    private readonly LocalFileSystemStateOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly StatePaths _paths;
    private readonly StateFolder _folder;
    private readonly StateFolderGate _gate;
    private Lazy<FolderStateView>? _view;

    /// <summary>Nothing is touched before <see cref="StartAsync"/>.</summary>
    public LocalFileSystemStateManager(
        LocalFileSystemStateOptions options, TimeProvider time, ILogger<LocalFileSystemStateManager> logger)
    {
        _options = options;
        _time = time;
        _logger = logger;
        _paths = new StatePaths(options.RootPath, options.TManagerDirectory);
        _folder = new StateFolder(_paths);
        _gate = new StateFolderGate(_paths.Topologies, options.GateTimeout, time);
    }

    /// <inheritdoc/>
    public IStateView View => _view?.Value ?? throw new InvalidOperationException("the state manager was not started");

    /// <inheritdoc/>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        await DiskAsync(async () =>
        {
            if (_options.InitializeTree)
            {
                _folder.EnsureDirectories();
            }

            if (Directory.Exists(_paths.Topologies))
            {
                using var entered = await _gate.EnterAsync(cancellationToken);
                int swept = _folder.Sweep();
                if (swept > 0)
                {
                    Log.Swept(_logger, swept, _paths.Root);
                }
            }

            return true;
        });
        _view = new Lazy<FolderStateView>(() => new FolderStateView(_paths, _time, _logger));
    }

    /// <inheritdoc/>
    public Task<string?> CheckAsync(CancellationToken cancellationToken) =>
        Task.FromResult(Directory.Exists(_paths.Topologies) ? null : $"the state folder '{_paths.Topologies}' is missing");

    /// <inheritdoc/>
    public Task<IReadOnlyList<string>> ListTopologiesAsync(CancellationToken cancellationToken) =>
        DiskAsync<IReadOnlyList<string>>(() =>
        {
            if (!Directory.Exists(_paths.Topologies))
            {
                return [];
            }

            var names = Directory.EnumerateFileSystemEntries(_paths.Topologies)
                .Select(path => Path.GetFileName(path))
                .Where(StatePaths.IsTopologyName)
                .ToList();
            names.Sort(StringComparer.Ordinal);
            return names;
        });

    /// <inheritdoc/>
    public Task<bool> IsTopologyRunningAsync(string topologyName, CancellationToken cancellationToken) =>
        DiskAsync(() => Path.Exists(_paths.Topology(topologyName)));

    /// <inheritdoc/>
    public Task RegisterTopologyAsync(TopologyRegistration registration, CancellationToken cancellationToken)
    {
        string name = registration.Topology.Name;
        return WriteAsync(
            () =>
            {
                if (Path.Exists(_paths.Topology(name)))
                {
                    throw AlreadyRegistered(name);
                }

                RemoveBelongings(name);
                try
                {
                    _folder.Replace(_paths.PackingPlan(name), registration.PackingPlan.ToByteArray());
                    _folder.Replace(_paths.ExecutionState(name), registration.ExecutionState.ToByteArray());
                    if (!_folder.TryCreate(_paths.Topology(name), StoredTopology.From(registration).ToByteArray()))
                    {
                        throw AlreadyRegistered(name);
                    }
                }
                catch
                {
                    Undo(name);
                    throw;
                }

                return true;
            },
            cancellationToken);
    }

    /// <inheritdoc/>
    public Task<bool> UnregisterTopologyAsync(
        string topologyName, string? onlyWithId, CancellationToken cancellationToken) =>
        WriteAsync(
            () =>
            {
                string node = _paths.Topology(topologyName);
                bool registered = Path.Exists(node);
                if (onlyWithId is not null && OwnerId(topologyName) is { } owner && owner != onlyWithId)
                {
                    return false;
                }

                if (registered)
                {
                    StateFolder.Remove(node);
                    DurableFile.FlushFolder(_paths.Topologies);
                }

                RemoveBelongings(topologyName);
                File.Delete(_paths.Lock(topologyName, StatePaths.UpdateTopologyLock));
                return registered;
            },
            cancellationToken);

    /// <inheritdoc/>
    public Task<TopologySnapshot> ReadTopologyAsync(string topologyName, CancellationToken cancellationToken) =>
        DiskAsync(() => ReadTopology(topologyName));

    /// <inheritdoc/>
    public Task<Topology?> GetTopologyAsync(string topologyName, CancellationToken cancellationToken) =>
        DiskAsync(() => Read(Topology.Parser, _paths.Topology(topologyName)));

    /// <inheritdoc/>
    public Task<ExecutionState?> GetExecutionStateAsync(string topologyName, CancellationToken cancellationToken) =>
        DiskAsync(() => Read(ExecutionState.Parser, _paths.ExecutionState(topologyName)));

    /// <inheritdoc/>
    public Task<PackingPlan?> GetPackingPlanAsync(string topologyName, CancellationToken cancellationToken) =>
        DiskAsync(() => Read(PackingPlan.Parser, _paths.PackingPlan(topologyName)));

    /// <inheritdoc/>
    public Task SetPackingPlanAsync(string topologyName, PackingPlan plan, CancellationToken cancellationToken) =>
        SetAsync(topologyName, _paths.PackingPlan(topologyName), plan, cancellationToken);

    /// <inheritdoc/>
    public Task<PhysicalPlan?> GetPhysicalPlanAsync(string topologyName, CancellationToken cancellationToken) =>
        DiskAsync(() => Read(PhysicalPlan.Parser, _paths.PhysicalPlan(topologyName)));

    /// <inheritdoc/>
    public Task<SchedulerLocation?> GetSchedulerLocationAsync(
        string topologyName, CancellationToken cancellationToken) =>
        DiskAsync(() => Read(SchedulerLocation.Parser, _paths.SchedulerLocation(topologyName)));

    /// <inheritdoc/>
    public Task SetSchedulerLocationAsync(SchedulerLocation location, CancellationToken cancellationToken) =>
        SetAsync(
            location.TopologyName, _paths.SchedulerLocation(location.TopologyName), location, cancellationToken);

    /// <inheritdoc/>
    public Task<TManagerLocation?> GetTManagerLocationAsync(
        string topologyName, CancellationToken cancellationToken) =>
        DiskAsync(() => Read(TManagerLocation.Parser, _paths.TManagerLocation(topologyName)));

    /// <inheritdoc/>
    public Task<MetricsCacheLocation?> GetMetricsCacheLocationAsync(
        string topologyName, CancellationToken cancellationToken) =>
        DiskAsync(() => Read(MetricsCacheLocation.Parser, _paths.MetricsCacheLocation(topologyName)));

    /// <inheritdoc/>
    public Task ForgetTManagerLocationAsync(string topologyName, CancellationToken cancellationToken) =>
        WriteAsync(
            () =>
            {
                File.Delete(_paths.TManagerLocation(topologyName));
                return true;
            },
            cancellationToken);

    /// <inheritdoc/>
    public Task<DaemonRecord?> FindDaemonAsync(string topologyName, PublishingDaemon daemon, CancellationToken cancellationToken) =>
        DiskAsync(() => FindDaemon(topologyName, daemon));

    /// <inheritdoc/>
    public Task<bool> RemoveDaemonAsync(DaemonRecord dead, CancellationToken cancellationToken) =>
        WriteAsync(
            () =>
            {
                bool same = FindDaemon(dead.TopologyName, dead.Daemon)?.Mark == dead.Mark;
                if (same)
                {
                    StateFolder.Remove(_paths.Of(dead.Daemon, dead.TopologyName));
                }

                return same;
            },
            cancellationToken);

    /// <inheritdoc/>
    public Task<TManagerLocation?> WaitForTManagerLocationAsync(
        string topologyName, Func<TManagerLocation?, bool> condition, TimeSpan deadline, CancellationToken cancellationToken) =>
        WaitAsync(
            TManagerLocation.Parser, _paths.TManagerLocation(topologyName), condition, deadline, cancellationToken);

    /// <inheritdoc/>
    public Task<PhysicalPlan?> WaitForPhysicalPlanAsync(
        string topologyName, Func<PhysicalPlan?, bool> condition, TimeSpan deadline, CancellationToken cancellationToken) =>
        WaitAsync(PhysicalPlan.Parser, _paths.PhysicalPlan(topologyName), condition, deadline, cancellationToken);

    /// <inheritdoc/>
    public async Task<IStateLock?> TryLockAsync(
        string topologyName, string lockName, TimeSpan wait, CancellationToken cancellationToken)
    {
        string path = _paths.Lock(topologyName, lockName);
        long start = _time.GetTimestamp();
        while (true)
        {
            var taken = await WriteAsync(
                () => LocalStateLock.TryTake(_folder, _gate, path, _time.GetUtcNow()), cancellationToken);
            var left = wait - _time.GetElapsedTime(start);
            if (taken is not null || left <= TimeSpan.Zero)
            {
                return taken;
            }

            await Task.Delay(left < LockPollInterval ? left : LockPollInterval, _time, cancellationToken);
        }
    }

    /// <summary>Nothing to do: the locks of a process that died are free.</summary>
    public Task ReleaseLockAsync(string topologyName, string lockName, string owner, CancellationToken cancellationToken) =>
        Task.CompletedTask;

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (_view is { IsValueCreated: true })
        {
            await _view.Value.DisposeAsync();
        }

        _gate.Dispose();
    }

    private static HeronException AlreadyRegistered(string name) =>
        new(FaultKind.Conflict, $"Topology '{name}' already exists");

    private static T? Read<T>(MessageParser<T> parser, string path)
        where T : class, IMessage<T> =>
        StateFolder.Read(path) switch
        {
            { Damage: { } damage } => throw new UnreadableStateException(path, damage),
            { Data: var data } => StateMessage.Parse(parser, path, data),
        };

    /// <summary>The file system's faults, told to the person who asked.</summary>
    private static Task<T> DiskAsync<T>(Func<T> work) => DiskAsync(() => Task.FromResult(work()));

    private static async Task<T> DiskAsync<T>(Func<Task<T>> work)
    {
        try
        {
            return await work();
        }
        catch (IOException e) when (DiskFull.Is(e))
        {
            throw new HeronException(FaultKind.OutOfSpace, $"The disk of the state folder is full: {e.Message}", e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new HeronException(FaultKind.Unavailable, $"The state folder cannot be used: {e.Message}", e);
        }
    }

    private Task<T> WriteAsync<T>(Func<T> work, CancellationToken cancellationToken) =>
        DiskAsync(async () =>
        {
            // Someone may have cleaned up the folder since the start.
            _folder.EnsureDirectories();
            using var entered = await _gate.EnterAsync(cancellationToken);
            return work();
        });

    private Task<bool> SetAsync(string topologyName, string path, IMessage message, CancellationToken cancellationToken) =>
        WriteAsync(
            () =>
            {
                if (!File.Exists(_paths.Topology(topologyName)))
                {
                    throw new HeronException(FaultKind.NotFound, $"Topology '{topologyName}' does not exist");
                }

                _folder.Replace(path, message.ToByteArray());
                return true;
            },
            cancellationToken);

    private async Task<T?> WaitAsync<T>(
        MessageParser<T> parser,
        string path,
        Func<T?, bool> condition,
        TimeSpan deadline,
        CancellationToken cancellationToken)
        where T : class, IMessage<T>
    {
        long start = _time.GetTimestamp();
        while (true)
        {
            try
            {
                var value = await DiskAsync(() => Read(parser, path));
                if (condition(value))
                {
                    return value;
                }
            }
            catch (UnreadableStateException e)
            {
                // The daemons may write in place: half a message is not there yet.
                Log.NotReadableYet(_logger, path, e.Message);
            }

            var left = deadline - _time.GetElapsedTime(start);
            if (left <= TimeSpan.Zero)
            {
                throw new TimeoutException($"'{path}' did not become as expected within {deadline.TotalSeconds:0.#} s");
            }

            await Task.Delay(left < _options.PollInterval ? left : _options.PollInterval, _time, cancellationToken);
        }
    }

    private DaemonRecord? FindDaemon(string name, PublishingDaemon daemon)
    {
        string path = _paths.Of(daemon, name);
        var written = File.GetLastWriteTimeUtc(path);
        var content = StateFolder.Read(path);
        string bytes = Convert.ToHexString(SHA256.HashData(content.Data ?? []));
        return content == NodeContent.None
            ? null
            : new DaemonRecord(name, daemon, string.Create(CultureInfo.InvariantCulture, $"{written.Ticks:x}/{bytes}")).Read(content);
    }

    private TopologySnapshot ReadTopology(string name) => TopologySnapshot.Nodes.Aggregate(
        new TopologySnapshot(name), (read, node) => read.With(node, StateFolder.Read(_paths.Of(node, name))));

    /// <summary>
    /// Whose files these are: the id in the first of them that tells. Null when there are none; of those that tell nothing it is
    /// that of no caller.
    /// </summary>
    private string? OwnerId(string name)
    {
        var read = ReadTopology(name);
        return read.Id ?? (read.Definition.Exists || read.ExecutionState.Exists || read.PackingPlan.Exists ? string.Empty : null);
    }

    /// <summary>Removes what may lie around a topology; checkpoints stay, so that a resubmission can resume.</summary>
    private void RemoveBelongings(string name)
    {
        string[] files =
        [
            _paths.TManagerLocation(name), _paths.MetricsCacheLocation(name), _paths.PackingPlan(name),
            _paths.PhysicalPlan(name), _paths.SchedulerLocation(name), _paths.ExecutionState(name),
        ];
        foreach (string file in files)
        {
            StateFolder.Remove(file);
        }
    }

    private void Undo(string name)
    {
        try
        {
            File.Delete(_paths.ExecutionState(name));
            File.Delete(_paths.PackingPlan(name));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Not a topology to any reader, and overwritten by the next attempt; the first failure is what counts.
            Log.UndoFailed(_logger, name, e.Message);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Information, Message = "removed {Count} unfinished files from {Root}")]
        public static partial void Swept(ILogger logger, int count, string root);

        [LoggerMessage(Level = LogLevel.Debug, Message = "{Path} is not readable yet: {Reason}")]
        public static partial void NotReadableYet(ILogger logger, string path, string reason);

        [LoggerMessage(Level = LogLevel.Warning, Message = "state of topology {Topology} could not be removed after a failed registration, the next one replaces it: {Reason}")]
        public static partial void UndoFailed(ILogger logger, string topology, string reason);
    }
}
