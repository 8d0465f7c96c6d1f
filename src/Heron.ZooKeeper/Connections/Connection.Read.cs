// SPDX-License-Identifier: Apache-2.0
using Heron.ZooKeeper.Protocol;

namespace Heron.ZooKeeper.Connections;

/// <content>The reading side.</content>
internal sealed partial class Connection
{
    private void Dispatch(ReadOnlySpan<byte> frame)
    {
        var body = new JuteReader(frame);
        ReplyHeader header = ReplyHeader.Read(ref body);
        switch (header.Xid)
        {
            case SpecialXid.Ping:
                PingAnswered();
                break;
            case SpecialXid.Auth:
                if (header.Error != ErrorCode.Ok)
                {
                    throw new ZooKeeperSessionException(ErrorCode.AuthFailed, null, false, "the server refused the credentials");
                }

                break;
            case SpecialXid.SetWatches:
                if (header.Error != ErrorCode.Ok)
                {
                    // Watches that are not set would never fire; the next connection sets them again.
                    throw new IOException($"the server did not set the watches again ({header.Error})");
                }

                break;
            case SpecialXid.WatchEvent:
                var type = (WatchEventType)body.Int();
                _ = body.Int(); // the state, which the connection itself shows
                _owner.WatchFired(type, body.String());
                break;
            default:
                Answer(header, ref body);
                break;
        }
    }

    private void Answer(ReplyHeader header, ref JuteReader body)
    {
        PendingRequest? request;
        lock (_outbox.Gate)
        {
            if (!_inFlight.TryPeek(out request) || request.Xid != header.Xid)
            {
                throw new ZooKeeperProtocolException(
                    $"the server answered request {header.Xid} when {(request is null ? "none" : request.Xid)} was due");
            }

            _inFlight.Dequeue();
        }

        ProvenAliveAt = Math.Max(ProvenAliveAt, request.SentAt);
        if (header.Zxid > 0)
        {
            _owner.SawTransaction(header.Zxid);
        }

        request.Complete(header.Error, ref body);
        if (header.Error is ErrorCode.SessionExpired or ErrorCode.SessionMoved)
        {
            // The next handshake tells what became of the session.
            throw new IOException($"the server answered {header.Error}");
        }
    }

    private void PingAnswered()
    {
        lock (_outbox.Gate)
        {
            if (_pings.TryDequeue(out long sentAt))
            {
                ProvenAliveAt = Math.Max(ProvenAliveAt, sentAt);
            }
        }
    }
}
