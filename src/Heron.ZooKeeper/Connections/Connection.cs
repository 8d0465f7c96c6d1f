// SPDX-License-Identifier: Apache-2.0
using Heron.ZooKeeper.Protocol;

namespace Heron.ZooKeeper.Connections;

/// <summary>
/// One connection on which a server has granted the session. One writer at a time, one reader; answers come in the order of
/// the requests. It ends once, for one reason, and is then replaced.
/// </summary>
internal sealed partial class Connection : IAsyncDisposable
{
    private readonly Stream _stream;
    private readonly FrameReader _reader;
    private readonly Outbox _outbox;
    private readonly IConnectionOwner _owner;
    private readonly TimeProvider _time;
    private readonly TimeSpan _sessionTimeout;
    private readonly Queue<PendingRequest> _inFlight = new();
    private Exception? _failure;
    private long _lastReceived;

    public Connection(Stream stream, FrameReader reader, Outbox outbox, IConnectionOwner owner, TimeProvider time, TimeSpan sessionTimeout, long handshakeSentAt)
    {
        _stream = stream;
        _reader = reader;
        _outbox = outbox;
        _owner = owner;
        _time = time;
        _sessionTimeout = sessionTimeout;
        ProvenAliveAt = handshakeSentAt;
        _lastSent = _lastReceived = time.GetTimestamp();
        reader.Received = () => Volatile.Write(ref _lastReceived, _time.GetTimestamp());
    }

    /// <summary>
    /// When the newest packet that the server has answered was sent: the session lives at least its timeout longer than
    /// that, and perhaps not a moment more.
    /// </summary>
    public long ProvenAliveAt { get; private set; }

    /// <summary>Reads until the connection ends.</summary>
    /// <returns>Why it ended.</returns>
    public async Task<Exception> RunAsync()
    {
        TimeSpan tick = TimeSpan.FromMilliseconds(Math.Max(5, _sessionTimeout.TotalMilliseconds / 12));
        ITimer heartbeat = _time.CreateTimer(static c => ((Connection)c!).Beat(), this, tick, tick);
        await using (heartbeat.ConfigureAwait(false))
        {
            try
            {
                while (true)
                {
                    ReadOnlyMemory<byte> frame = await _reader.ReadAsync(CancellationToken.None).ConfigureAwait(false);
                    Dispatch(frame.Span);
                }
            }
#pragma warning disable CA1031 // Whatever ends this connection, a broken decoder included, is a reason for the next one; nothing may end the loop above.
            catch (Exception e)
            {
                Abort(e);
            }
#pragma warning restore CA1031
        }

        return _failure!;
    }

    /// <summary>Ends the connection; the first reason given counts.</summary>
    public void Abort(Exception reason)
    {
        lock (_outbox.Gate)
        {
            if (_failure is not null)
            {
                return;
            }

            _failure = reason;
        }

        _stream.Dispose();
    }

    /// <summary>Requests that were sent and not answered. Call it after the connection has ended.</summary>
    public List<PendingRequest> TakeInFlight()
    {
        lock (_outbox.Gate)
        {
            List<PendingRequest> all = [.. _inFlight];
            _inFlight.Clear();
            return all;
        }
    }

    public async ValueTask DisposeAsync()
    {
        Abort(new ObjectDisposedException(nameof(Connection)));
        await _stream.DisposeAsync().ConfigureAwait(false);
    }
}

/// <summary>What a connection tells the session it serves, from its reading loop.</summary>
internal interface IConnectionOwner
{
    void WatchFired(WatchEventType type, string serverPath);

    void SawTransaction(long zxid);
}
