// SPDX-License-Identifier: Apache-2.0
using Google.Protobuf;
using Heron.Core;
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
    public async ValueTask DisposeAsync()
    {
        if (_view is { IsValueCreated: true })
        {
            await _view.Value.DisposeAsync();
        }

        _gate.Dispose();
    }

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

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Information, Message = "removed {Count} unfinished files from {Root}")]
        public static partial void Swept(ILogger logger, int count, string root);

        [LoggerMessage(Level = LogLevel.Warning, Message = "state of topology {Topology} could not be removed after a failed registration, the next one replaces it: {Reason}")]
        public static partial void UndoFailed(ILogger logger, string topology, string reason);
    }
}
