// SPDX-License-Identifier: Apache-2.0
using System.Diagnostics;

namespace Heron.ZooKeeper.Protocol;

/// <summary>A request with a typed answer, a deadline and the caller's token.</summary>
internal sealed class Request<T>(OpCode op, string? path, Frame frame, ReplyDecoder<T> decode) : PendingRequest(op, path, frame)
{
    private readonly TaskCompletionSource<T> _answer = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private ITimer? _timer;
    private CancellationTokenRegistration _cancellation;

    public Task<T> Answer => _answer.Task;

    /// <summary>An error that is an answer and not a failure, such as NoNode of exists.</summary>
    public ErrorCode Tolerated { get; init; }

    /// <summary>Called with the answer's code before the caller hears of it; this is where watches are registered.</summary>
    public Action<ErrorCode>? Answered { get; init; }

    public void Arm(TimeProvider time, TimeSpan timeout, Func<PendingRequest, bool, Exception> late, CancellationToken cancellationToken)
    {
        ZooKeeperMetrics.Outstanding.Add(1);
        _timer = time.CreateTimer(static state =>
        {
            (Request<T> request, Func<PendingRequest, bool, Exception> failure) = ((Request<T>, Func<PendingRequest, bool, Exception>))state!;
            request.Fail(failure);
        }, (this, late), timeout, Timeout.InfiniteTimeSpan);
        if (cancellationToken.CanBeCanceled)
        {
            _cancellation = cancellationToken.UnsafeRegister(static (state, token) => ((Request<T>)state!).Cancel(token), this);
        }

        if (_answer.Task.IsCompleted)
        {
            Disarm();
        }
    }

    public override void Complete(ErrorCode error, ref JuteReader body)
    {
        if (error != ErrorCode.Ok && error != Tolerated && (Op != OpCode.Multi || body.Remaining == 0))
        {
            if (TryFinish(error, out _))
            {
                Disarm();
                _answer.TrySetException(error is ErrorCode.SessionExpired or ErrorCode.AuthFailed
                    ? new ZooKeeperSessionException(error, Path, mayHaveHappened: false, ErrorText.Of(error, Path))
                    : new ZooKeeperServerException(error, Path));
            }

            return;
        }

        T answer;
        try
        {
            answer = decode(error, ref body);
        }
        catch (ZooKeeperProtocolException e)
        {
            Fail((request, sent) => new ZooKeeperProtocolException($"the server's answer cannot be read: {e.Message}", request.Path, sent, e));
            throw;
        }
        catch (ZooKeeperException e)
        {
            if (TryFinish(e.Code, out _))
            {
                Disarm();
                _answer.TrySetException(e);
            }

            return;
        }

        if (TryFinish(error, out _))
        {
            Disarm();
            Answered?.Invoke(error);
            _answer.TrySetResult(answer);
        }
    }

    public override void Fail(Func<PendingRequest, bool, Exception> failure)
    {
        if (TryFinish(ErrorCode.ConnectionLoss, out bool sent))
        {
            Disarm();
            _answer.TrySetException(failure(this, sent));
        }
    }

    private void Cancel(CancellationToken token)
    {
        if (TryFinish(ErrorCode.OperationTimeout, out _))
        {
            _timer?.Dispose();
            _answer.TrySetCanceled(token);
        }
    }

    private void Disarm()
    {
        _timer?.Dispose();
        _cancellation.Unregister();
    }
}

/// <summary>
/// One request on its way: waiting, sent, or done. Whoever moves it to done first (answer, deadline, caller's cancellation,
/// lost connection) decides how it ends; its place in the order of answers stays either way.
/// </summary>
internal abstract class PendingRequest(OpCode op, string? path, Frame frame)
{
    private const int Waiting = 0;
    private const int Sent = 1;
    private const int Done = 2;

    private readonly long _calledAt = Stopwatch.GetTimestamp();
    private int _state;

    public OpCode Op => op;

    public string? Path => path;

    public Frame Frame => frame;

    public int Xid { get; private set; }

    /// <summary>A request that makes no sense in another session than the one it was called in: it creates an ephemeral node.</summary>
    public bool BelongsToSession { get; init; }

    public bool IsDone => Volatile.Read(ref _state) == Done;

    /// <summary>When the request was handed to the connection, in the time provider's ticks.</summary>
    public long SentAt { get; private set; }

    /// <summary>Claims the request for sending, unless it is done already.</summary>
    public bool TryMarkSent(int xid, long now)
    {
        if (Interlocked.CompareExchange(ref _state, Sent, Waiting) != Waiting)
        {
            return false;
        }

        Xid = xid;
        SentAt = now;
        frame.SetXid(xid);
        return true;
    }

    /// <summary>Takes the answer. Throws when its body is malformed.</summary>
    public abstract void Complete(ErrorCode error, ref JuteReader body);

    /// <summary>Ends the request without an answer; the factory is told whether it may have happened.</summary>
    public abstract void Fail(Func<PendingRequest, bool, Exception> failure);

    /// <summary>Claims the end of the request.</summary>
    protected bool TryFinish(ErrorCode code, out bool sent)
    {
        int before = Interlocked.Exchange(ref _state, Done);
        sent = before == Sent;
        if (before == Done)
        {
            return false;
        }

        ZooKeeperMetrics.Ended(op, code, _calledAt);
        return true;
    }
}

/// <summary>Reads the body of an answer.</summary>
internal delegate T ReplyDecoder<out T>(ErrorCode error, ref JuteReader body);
