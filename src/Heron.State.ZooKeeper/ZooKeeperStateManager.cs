// SPDX-License-Identifier: Apache-2.0
using Heron.Core;
using Heron.Core.State;
using Heron.ZooKeeper;
using Microsoft.Extensions.Logging;

namespace Heron.State.ZooKeeper;

/// <summary>
/// State in ZooKeeper: the znodes, bytes and access of Heron's <c>CuratorStateManager</c>, over one session for the whole
/// server that is opened in the background and outlives outages.
/// </summary>
/// <remarks>
/// Every call ends within the connection timeout: with what was asked for, or with
/// <see cref="FaultKind.Unavailable"/>. A write whose answer was lost is looked up before anything is said about it.
/// </remarks>
public sealed partial class ZooKeeperStateManager : IStateManager
{
    private static readonly TimeSpan CheckLimit = TimeSpan.FromSeconds(2);

    private readonly ZooKeeperStateOptions _options;
    private readonly TimeProvider _time;
    private readonly ILoggerFactory _loggers;
    private readonly ILogger _logger;
    private readonly StatePaths _paths;
    private readonly StateTree _tree;
    private readonly UndoList _undo = new();
    private readonly SemaphoreSlim _undoing = new(1, 1);
    private readonly CancellationTokenSource _disposing = new();
    private ZooKeeperClient? _client;
    private Caretaker? _caretaker;
    private Lazy<ZooKeeperStateView>? _view;

    /// <summary>Nothing is connected before <see cref="StartAsync"/>.</summary>
    /// <exception cref="HeronException"><see cref="FaultKind.Invalid"/> when the root is no path.</exception>
    public ZooKeeperStateManager(ZooKeeperStateOptions options, TimeProvider time, ILoggerFactory loggers)
    {
        _options = options;
        _time = time;
        _loggers = loggers;
        _logger = loggers.CreateLogger<ZooKeeperStateManager>();
        _paths = new StatePaths(options.RootPath, options.TManagerDirectory);
        _tree = new StateTree(_paths, options.Acl);
    }

    /// <inheritdoc/>
    public IStateView View => _view?.Value ?? throw new InvalidOperationException("the state manager was not started");

    private ZooKeeperClient Client =>
        _client ?? throw new InvalidOperationException("the state manager was not started");

    /// <inheritdoc/>
    public Task StartAsync(CancellationToken cancellationToken)
    {
        _client = ZooKeeperClient.Start(_options.Client, _loggers);
        _caretaker = new Caretaker(_client, _time, _options.Client.MaxReconnectDelay, _logger, TidyAsync);
        var client = _client;
        _view = new Lazy<ZooKeeperStateView>(() => new ZooKeeperStateView(client, _paths, _time, _logger));
        Log.Started(_logger, _options.Client.Servers, _paths.Root);
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public async Task<string?> CheckAsync(CancellationToken cancellationToken)
    {
        var limit = _options.Client.OperationTimeout < CheckLimit ? _options.Client.OperationTimeout : CheckLimit;
        try
        {
            await Client.ExistsAsync(_paths.Root, timeout: limit, cancellationToken: cancellationToken);
            return null;
        }
        catch (ZooKeeperException e)
        {
            return StateFaults.From(e, _options.Client.Servers).Message;
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _disposing.CancelAsync();
        if (_caretaker is not null)
        {
            await _caretaker.DisposeAsync();
        }

        if (_view is { IsValueCreated: true })
        {
            await _view.Value.DisposeAsync();
        }

        if (_client is not null)
        {
            await _client.DisposeAsync();
        }

        _undoing.Dispose();
        _disposing.Dispose();
    }

    /// <summary>What a new connection is good for: directories, and undoing what could not be undone before.</summary>
    private async Task TidyAsync(CancellationToken cancellationToken)
    {
        if (_options.InitializeTree)
        {
            // Each time: the servers may have lost their data.
            await _tree.EnsureAsync(Client, Budget(), cancellationToken);
        }

        foreach (string name in _undo.Names())
        {
            await UndoAsync(name, Budget());
        }
    }

    private CallBudget Budget() => new(_time, _options.Client.OperationTimeout);

    private Task<bool> CallAsync(Func<CallBudget, Task> call) =>
        CallAsync(async budget =>
        {
            await call(budget);
            return true;
        });

    private async Task<T> CallAsync<T>(Func<CallBudget, Task<T>> call)
    {
        try
        {
            return await call(Budget());
        }
        catch (Exception e) when (e is ZooKeeperException or ArgumentException)
        {
            throw StateFaults.From(e, _options.Client.Servers);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Information, Message = "state is kept in ZooKeeper at {Servers}, below {Root}")]
        public static partial void Started(ILogger logger, ConnectionString servers, string root);

        [LoggerMessage(Level = LogLevel.Warning, Message = "the answer to {Operation} of topology {Topology} was lost ({Reason}), looking up what happened")]
        public static partial void AnswerLost(ILogger logger, string operation, string topology, string reason);

        [LoggerMessage(Level = LogLevel.Information, Message = "{Operation} of topology {Topology} had happened although its answer was lost")]
        public static partial void HadHappened(ILogger logger, string operation, string topology);

        [LoggerMessage(Level = LogLevel.Error, Message = "whether topology {Topology} ({TopologyId}) was registered could not be found out; it was reported as failed and will be removed when ZooKeeper answers")]
        public static partial void OutcomeUnknown(ILogger logger, string topology, string topologyId);

        [LoggerMessage(Level = LogLevel.Information, Message = "removed {Node} of a lock that session {Session:x} of a server that died had held")]
        public static partial void LockReleased(ILogger logger, string node, long session);

        [LoggerMessage(Level = LogLevel.Information, Message = "removed {Node} that session {Session:x} of a dead daemon had left")]
        public static partial void DaemonRemoved(ILogger logger, string node, long session);

        [LoggerMessage(Level = LogLevel.Information, Message = "the unfinished registration of topology {Topology} ({TopologyId}) is settled, removed: {Removed}")]
        public static partial void Undone(ILogger logger, string topology, string topologyId, bool removed);
    }
}
