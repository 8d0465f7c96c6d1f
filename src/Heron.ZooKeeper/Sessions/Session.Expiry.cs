// SPDX-License-Identifier: Apache-2.0
using Heron.ZooKeeper.Protocol;

namespace Heron.ZooKeeper.Sessions;

/// <content>
/// The session's identity and its end. While no server answers, only our own clock can tell that the session is gone: the
/// server will end it one timeout after the last packet it has seen, so that is when we end it, too.
/// </content>
internal sealed partial class Session
{
    private static readonly byte[] NoPassword = new byte[16];

    private long _sessionId;
    private byte[] _password = NoPassword;
    private TimeSpan _timeout;
    private long _lastZxid;
    private long _epoch;
    private long _connections;
    private CancellationTokenSource _sessionEnded = new();
    private ITimer? _expiry;

    /// <summary>Cancelled when the session of this moment ends.</summary>
    public CancellationToken Ended
    {
        get
        {
            lock (_outbox.Gate)
            {
                return _sessionEnded.Token;
            }
        }
    }

    /// <summary>Id and password, for tests that end the session from a second connection.</summary>
    public (long Id, byte[] Password) Secret
    {
        get
        {
            lock (_outbox.Gate)
            {
                return (_sessionId, _password);
            }
        }
    }

    private void ArmExpiry(long provenAliveAt)
    {
        DisarmExpiry();
        long id = _sessionId;
        TimeSpan left = _timeout - Time.GetElapsedTime(provenAliveAt);
        _expiry = Time.CreateTimer(
            _ => Expire(id, "no server answered within its timeout"),
            null,
            left > TimeSpan.Zero ? left : TimeSpan.Zero,
            Timeout.InfiniteTimeSpan);
    }

    private void DisarmExpiry()
    {
        _expiry?.Dispose();
        _expiry = null;
    }

    /// <summary>Ends the session with this id, unless it has ended or is connected again.</summary>
    private void Expire(long id, string why)
    {
        List<PendingRequest> bound;
        CancellationTokenSource ended;
        lock (_outbox.Gate)
        {
            if (id == 0 || _sessionId != id || _connection is not null || _closed)
            {
                return;
            }

            DisarmExpiry();
            _sessionId = 0;
            _password = NoPassword;
            _lastZxid = 0; // a new session may begin on a server that knows less, such as one with an empty data folder
            _epoch++;
            ended = _sessionEnded;
            _sessionEnded = new CancellationTokenSource();
            bound = _outbox.TakeBoundToSession();
            SetState(SessionState.Expired);
            SetState(SessionState.Connecting);
        }

        ZooKeeperMetrics.Expiries.Add(1);
        Log.Expired(_log, id, why);
        bound.ForEach(request => request.Fail(ExpiredBeforeSent));
        Watches.EndSession();
        _ = ended.CancelAsync(); // on the thread pool: callbacks are the users' code
    }

    private void EndWatches()
    {
        CancellationTokenSource ended;
        lock (_outbox.Gate)
        {
            DisarmExpiry();
            ended = _sessionEnded;
        }

        Watches.EndSession();
        _ = ended.CancelAsync();
    }

    /// <summary>Call it under the gate.</summary>
    private void SetState(SessionState state)
    {
        _state = state;
        Feed.Publish(new SessionStatus(state, _sessionId, _epoch, _sessionId == 0 ? TimeSpan.Zero : _timeout, _connections));
    }
}
