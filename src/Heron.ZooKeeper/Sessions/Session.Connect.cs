// SPDX-License-Identifier: Apache-2.0
using Heron.ZooKeeper.Connections;
using Heron.ZooKeeper.Protocol;
using Heron.ZooKeeper.Watches;

namespace Heron.ZooKeeper.Sessions;

/// <content>Making one connection: transport, handshake, then credentials and watches before anything else.</content>
internal sealed partial class Session
{
    private async Task<Connection> ConnectAsync(Endpoint endpoint)
    {
        (long asked, byte[] password, long zxid, CancellationToken ended) = Identity();
        using var attempt = CancellationTokenSource.CreateLinkedTokenSource(_closing.Token, ended);
        using ITimer limit = Time.CreateTimer(static s => ((CancellationTokenSource)s!).Cancel(), attempt, _options.EffectiveConnectTimeout, Timeout.InfiniteTimeSpan);
        Stream stream = await Transport.OpenAsync(endpoint, _options.Tls, attempt.Token).ConfigureAwait(false);
        try
        {
            long sentAt = Time.GetTimestamp();
            Frame hello = Handshake.Request(zxid, _options.SessionTimeout, asked, password);
            await stream.WriteAsync(hello.Memory, attempt.Token).ConfigureAwait(false);
            hello.Return();
            var reader = new FrameReader(stream, _options.MaxFrameBytes);
            HandshakeReply reply = await ReadReplyAsync(reader, asked, attempt.Token).ConfigureAwait(false);
            if (reply.Expired)
            {
                Expire(asked, "the server does not know it any more");
                throw new IOException("the session has expired; a new one is asked for");
            }

            return Adopt(stream, reader, reply, asked, sentAt, endpoint);
        }
        catch
        {
            await stream.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    private async Task<HandshakeReply> ReadReplyAsync(FrameReader reader, long asked, CancellationToken cancellationToken)
    {
        try
        {
            return Handshake.Read((await reader.ReadAsync(cancellationToken).ConfigureAwait(false)).Span);
        }
        catch (EndOfStreamException e)
        {
            string guess = _options.Tls is null ? "a port that wants TLS" : "a port that does not";
            throw new IOException(
                asked == 0
                    ? $"the server hung up instead of answering the handshake: it is not ready to serve, has too many connections from here, or is {guess}"
                    : "the server hung up instead of answering the handshake: it is not ready to serve, or its data is older than what this session has seen",
                e);
        }
    }

    private Connection Adopt(Stream stream, FrameReader reader, HandshakeReply reply, long asked, long sentAt, Endpoint endpoint)
    {
        if (asked != 0 && reply.SessionId != asked)
        {
            // Some servers hand out a new session instead of saying that the old one is unknown.
            Expire(asked, "the server gave another one");
            asked = 0;
        }

        var connection = new Connection(stream, reader, _outbox, this, Time, reply.Timeout, sentAt);
        bool alone = false;
        lock (_outbox.Gate)
        {
            if (_closed || _sessionId != asked)
            {
                throw new IOException("the session ended, by the clock or by the client, while the server was answering");
            }

            DisarmExpiry();
            _sessionId = reply.SessionId;
            _password = reply.Password;
            _timeout = reply.Timeout;
            _connections++;
            foreach (ZooKeeperCredential credential in _options.Credentials)
            {
                connection.AddControl(ControlFrames.Auth(credential));
            }

            foreach (Frame frame in ControlFrames.SetWatches(_lastZxid, Watches.Paths(WatchKind.Data), Watches.Paths(WatchKind.Exists), Watches.Paths(WatchKind.Children)))
            {
                connection.AddControl(frame);
            }

            _connection = connection;
            _lastConnectFailure = null;
            SetState(SessionState.Connected);
            if (!connection.TryBecomeWriter(out alone))
            {
                throw new IOException("the connection ended at once");
            }
        }

        connection.Pump(alone: false);
        ZooKeeperMetrics.Connections.Add(1);
        Log.Connected(_log, endpoint, reply.SessionId, reply.Timeout.TotalMilliseconds);
        return connection;
    }

    private (long SessionId, byte[] Password, long Zxid, CancellationToken Ended) Identity()
    {
        lock (_outbox.Gate)
        {
            return (_sessionId, _password, _lastZxid, _sessionEnded.Token);
        }
    }
}
