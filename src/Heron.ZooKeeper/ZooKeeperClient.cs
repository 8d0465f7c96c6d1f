// SPDX-License-Identifier: Apache-2.0
using Heron.ZooKeeper.Protocol;
using Heron.ZooKeeper.Sessions;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Heron.ZooKeeper;

/// <summary>
/// A client of a ZooKeeper ensemble: one session, kept alive in the background over as many connections as it takes. All calls
/// are asynchronous, may run at the same time, and are sent and answered in the order in which they were made. Every call
/// has a deadline and takes a token; giving up waits no longer for the answer but does not take back what was sent. Paths are
/// relative to the connection string's chroot.
/// </summary>
/// <remarks>
/// Calls fail with a <see cref="ZooKeeperException"/>, with <see cref="ArgumentException"/> for a path that is not valid, or
/// with <see cref="OperationCanceledException"/> when the caller's token is cancelled.
/// </remarks>
public sealed partial class ZooKeeperClient : IAsyncDisposable
{
    private readonly Session _session;

    private ZooKeeperClient(ZooKeeperOptions options, ILogger log)
    {
        Options = options;
        _session = new Session(options, log);
    }

    /// <summary>The options that the client was started with.</summary>
    public ZooKeeperOptions Options { get; }

    /// <summary>The session's latest status.</summary>
    public SessionStatus Status => _session.Feed.Latest;

    /// <summary>
    /// Cancelled when the session of this moment ends, by expiry or by disposing the client: take it before doing what must
    /// not outlive the session, such as work under a lock.
    /// </summary>
    public CancellationToken SessionEnded => _session.Ended;

    internal (long Id, byte[] Password) SessionSecret => _session.Secret;

    internal int WatchCount => _session.Watches.Count;

    /// <summary>Starts a client. It returns at once and connects in the background, however long that takes.</summary>
    /// <param name="options">The options.</param>
    /// <param name="loggers">Where to log; <see langword="null"/> for nowhere.</param>
    /// <returns>The client; dispose it to end its session.</returns>
    /// <exception cref="ArgumentException">An option is out of its range.</exception>
    /// <exception cref="InvalidOperationException">Digest credentials would be sent without TLS.</exception>
    public static ZooKeeperClient Start(ZooKeeperOptions options, ILoggerFactory? loggers = null)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        var client = new ZooKeeperClient(options, (loggers ?? NullLoggerFactory.Instance).CreateLogger<ZooKeeperClient>());
        client._session.Start();
        return client;
    }

    /// <summary>
    /// The latest status at once, then every change, until the client is disposed. A reader that falls behind by more than 64
    /// changes loses the oldest; <see cref="SessionStatus.Epoch"/> shows whether a session ended meanwhile.
    /// </summary>
    /// <param name="cancellationToken">Ends the stream.</param>
    /// <returns>The stream of statuses.</returns>
    public IAsyncEnumerable<SessionStatus> WatchStatusAsync(CancellationToken cancellationToken = default) => _session.Feed.ListenAsync(cancellationToken);

    /// <summary>Waits until a server has granted a session.</summary>
    /// <param name="timeout">How long to wait; <see langword="null"/> for <see cref="ZooKeeperOptions.OperationTimeout"/>.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    /// <returns>The status with state <see cref="SessionState.Connected"/>.</returns>
    /// <exception cref="ZooKeeperException">The deadline passed, the credentials were refused, or the client was disposed.</exception>
    public async Task<SessionStatus> WaitUntilConnectedAsync(TimeSpan? timeout = null, CancellationToken cancellationToken = default)
    {
        TimeSpan limit = timeout ?? Options.OperationTimeout;
        using var late = new CancellationTokenSource(limit, Options.TimeProvider);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(late.Token, cancellationToken);
        try
        {
            await foreach (SessionStatus status in _session.Feed.ListenAsync(either.Token).ConfigureAwait(false))
            {
                switch (status.State)
                {
                    case SessionState.Connected:
                        return status;
                    case SessionState.AuthFailed:
                        throw new ZooKeeperSessionException(ErrorCode.AuthFailed, null, false, "the server refused the credentials");
                    default:
                        continue;
                }
            }
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw _session.NotConnected(limit);
        }

        throw new ZooKeeperSessionException(ErrorCode.Closed, null, false, "the client was disposed");
    }

    /// <summary>
    /// Ends the session, its ephemeral nodes with it, and every call that still waits. Always finishes, at the latest after
    /// twice <see cref="ZooKeeperOptions.CloseTimeout"/>.
    /// </summary>
    /// <returns>A task that never fails.</returns>
    public ValueTask DisposeAsync() => _session.DisposeAsync();

    private JuteWriter Begin(OpCode op)
    {
        var writer = new JuteWriter(Options.MaxFrameBytes);
        writer.Int(0); // the transaction id, filled in when the request is sent
        writer.Int((int)op);
        return writer;
    }

    private Task<T> SendAsync<T>(Request<T> request, TimeSpan? timeout, CancellationToken cancellationToken)
    {
        request.Arm(Options.TimeProvider, timeout ?? Options.OperationTimeout, _session.TooLate, cancellationToken);
        _session.Submit(request);
        return request.Answer;
    }
}
