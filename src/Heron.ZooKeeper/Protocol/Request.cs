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
