// SPDX-License-Identifier: Apache-2.0
using Heron.ZooKeeper.Addresses;
using Heron.ZooKeeper.Connections;
using Heron.ZooKeeper.Protocol;
using Heron.ZooKeeper.Watches;
using Microsoft.Extensions.Logging;

namespace Heron.ZooKeeper.Sessions;

/// <summary>
/// A session as the client owns it: id, password, newest transaction seen, watches, credentials, waiting requests. Connections
/// come and go underneath; when the server or the clock ends the session, the next one takes its place here.
/// </summary>
internal sealed partial class Session : IConnectionOwner, IAsyncDisposable
{
    private readonly ZooKeeperOptions _options;
    private readonly ILogger _log;
    private readonly Outbox _outbox = new();
    private readonly CancellationTokenSource _closing = new();
    private Connection? _connection;
    private Exception? _lastConnectFailure;
    private SessionState _state = SessionState.Connecting;
    private bool _closed;
    private Task _loop = Task.CompletedTask;

    public Session(ZooKeeperOptions options, ILogger log)
    {
        _options = options;
        _log = log;
        Paths = new ChrootMap(options.Servers.Chroot);
        Watches = new WatchTable(Paths);
    }

    public ChrootMap Paths { get; }

    public WatchTable Watches { get; }

    public StatusFeed Feed { get; } = new();

    private TimeProvider Time => _options.TimeProvider;

    public void Start() => _loop = Task.Run(RunAsync);

    /// <summary>Sends a request, or keeps it until there is a connection.</summary>
    public void Submit(PendingRequest request)
    {
        Func<PendingRequest, bool, Exception>? refused = null;
        Connection? writer = null;
        bool alone = false;
        lock (_outbox.Gate)
        {
            refused = ReasonToRefuse();
            if (refused is null)
            {
                _outbox.Add(request);
                if (_connection is { } connection && connection.TryBecomeWriter(out alone))
                {
                    writer = connection;
                }
            }
        }

        if (refused is not null)
        {
            request.Fail(refused);
            request.Frame.Return();
        }

        writer?.Pump(alone);
    }

    public void WatchFired(WatchEventType type, string serverPath) => Watches.Fire(type, serverPath);

    public void SawTransaction(long zxid)
    {
        lock (_outbox.Gate)
        {
            _lastZxid = Math.Max(_lastZxid, zxid);
        }
    }

    /// <summary>How a request ends whose deadline has passed.</summary>
    public Exception TooLate(PendingRequest request, bool sent)
    {
        Exception? cause = Volatile.Read(ref _lastConnectFailure);
        string why = sent ? "no answer came before the deadline"
            : $"there was no connection before the deadline{(cause is null ? "" : $"; the last attempt failed: {cause.Message}")}";
        return new ZooKeeperConnectionException(ErrorCode.OperationTimeout, request.Path, sent, Describe(request, why), cause) { Reason = why };
    }

    /// <summary>What waiting for a connection in vain ends with.</summary>
    public ZooKeeperConnectionException NotConnected(TimeSpan limit)
    {
        Exception? cause = Volatile.Read(ref _lastConnectFailure);
        return new ZooKeeperConnectionException(
            ErrorCode.OperationTimeout,
            null,
            mayHaveHappened: false,
            $"no connection to {_options.Servers} within {limit.TotalMilliseconds:F0} ms{(cause is null ? "" : $"; the last attempt failed: {cause.Message}")}",
            cause);
    }

    private Func<PendingRequest, bool, Exception>? ReasonToRefuse()
    {
        if (_closed)
        {
            return Closed;
        }

        if (_state == SessionState.AuthFailed)
        {
            return RefusedCredentials;
        }

        if (_connection is null && !_options.WaitForConnection)
        {
            return (request, sent) => Lost(request, sent, Volatile.Read(ref _lastConnectFailure));
        }

        if (_outbox.Count >= _options.MaxQueuedRequests)
        {
            _outbox.DropEnded();
            if (_outbox.Count >= _options.MaxQueuedRequests)
            {
                return static (request, sent) => new ZooKeeperConnectionException(
                    ErrorCode.QueueFull, request.Path, sent, Describe(request, "too many calls wait to be sent already"))
                {
                    Reason = "too many calls wait to be sent already",
                };
            }
        }

        return null;
    }

    private static ZooKeeperConnectionException Lost(PendingRequest request, bool sent, Exception? cause)
    {
        string why = (sent ? "the connection was lost before the answer came" : "there is no connection") + (cause is null ? "" : $" ({cause.Message})");
        return new ZooKeeperConnectionException(ErrorCode.ConnectionLoss, request.Path, sent, Describe(request, why), cause) { Reason = why };
    }

    private static ZooKeeperSessionException Closed(PendingRequest request, bool sent) =>
        new(ErrorCode.Closed, request.Path, sent, Describe(request, "the client was disposed")) { Reason = "the client was disposed" };

    private static ZooKeeperSessionException RefusedCredentials(PendingRequest request, bool sent) =>
        new(ErrorCode.AuthFailed, request.Path, sent, Describe(request, "the server refused the credentials")) { Reason = "the server refused the credentials" };

    private static ZooKeeperSessionException ExpiredBeforeSent(PendingRequest request, bool sent) =>
        new(ErrorCode.SessionExpired, request.Path, sent, Describe(request, "the session ended before the request was sent")) { Reason = "the session ended before the request was sent" };

    private static string Describe(PendingRequest request, string why) =>
        request.Path is null ? $"{request.Op}: {why}" : $"{request.Op} of {Printable.Text(request.Path)}: {why}";
}
