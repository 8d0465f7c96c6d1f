using System.Diagnostics;

namespace Heron.ZooKeeper.Protocol;

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
