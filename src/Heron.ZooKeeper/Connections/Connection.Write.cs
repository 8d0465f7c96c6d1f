// SPDX-License-Identifier: Apache-2.0
using Heron.ZooKeeper.Protocol;

namespace Heron.ZooKeeper.Connections;

/// <content>
/// The writing side. There is no writer task that sleeps: whoever adds a request while nobody writes starts the pump. A lone
/// request is written on the caller's own thread, which saves a thread switch where latency counts; while others are under
/// way the pump runs on the thread pool and gathers what has come in meanwhile, which saves system calls.
/// </content>
internal sealed partial class Connection
{
    private const int GatherBytes = 64 * 1024;

    private readonly Queue<Frame> _control = new();
    private readonly Queue<long> _pings = new();
    private readonly byte[] _gather = new byte[GatherBytes];
    private bool _writing;
    private int _xid;
    private long _lastSent;

    /// <summary>Queues a frame outside the request order. Call it under the gate.</summary>
    public void AddControl(Frame frame) => _control.Enqueue(frame);

    /// <summary>Claims the writer's role. Call it under the gate after adding something to send.</summary>
    /// <param name="alone">Whether the caller should write on its own thread.</param>
    /// <returns>Whether the caller must run the pump.</returns>
    public bool TryBecomeWriter(out bool alone)
    {
        alone = _inFlight.Count == 0;
        if (_writing || _failure is not null)
        {
            return false;
        }

        _writing = true;
        return true;
    }

    public void Pump(bool alone)
    {
        if (alone)
        {
            _ = PumpAsync(once: true);
        }
        else
        {
            ThreadPool.UnsafeQueueUserWorkItem(static c => _ = c.PumpAsync(once: false), this, preferLocal: false);
        }
    }

    /// <param name="once">Whether to leave what comes in during the first write to the thread pool: the caller wants to go on.</param>
    private async Task PumpAsync(bool once)
    {
        try
        {
            for (bool first = true; ; first = false)
            {
                int gathered = 0;
                Frame large = default;
                if (once && !first && HasMore())
                {
                    Pump(alone: false);
                    return;
                }

                lock (_outbox.Gate)
                {
                    Gather(ref gathered, ref large);
                    if (gathered == 0 && large.Length == 0)
                    {
                        _writing = false;
                        return;
                    }
                }

                Volatile.Write(ref _lastSent, _time.GetTimestamp());
                if (gathered > 0)
                {
                    await _stream.WriteAsync(_gather.AsMemory(0, gathered)).ConfigureAwait(false);
                }

                if (large.Length > 0)
                {
                    await _stream.WriteAsync(large.Memory).ConfigureAwait(false);
                    large.Return();
                }
            }
        }
#pragma warning disable CA1031 // As for the reading side.
        catch (Exception e)
        {
            Abort(e);
        }
#pragma warning restore CA1031
    }

    /// <summary>Copies waiting frames together; one too large for that is handed out and ends the portion.</summary>
    private void Gather(ref int gathered, ref Frame large)
    {
        if (_failure is not null)
        {
            return;
        }

        while (_control.TryPeek(out Frame frame) && Fits(frame, ref gathered, ref large))
        {
            _control.Dequeue();
        }

        long now = _time.GetTimestamp();
        while (_control.Count == 0 && large.Length == 0 && _outbox.TryPeek(out PendingRequest? request))
        {
            if (request!.IsDone)
            {
                _outbox.Take().Frame.Return();
                continue;
            }

            if (gathered > 0 && gathered + request.Frame.Length > GatherBytes)
            {
                return;
            }

            _outbox.Take();
            if (!request.TryMarkSent(NextXid(), now))
            {
                request.Frame.Return();
                continue;
            }

            _inFlight.Enqueue(request);
            Fits(request.Frame, ref gathered, ref large);
        }
    }

    private bool Fits(Frame frame, ref int gathered, ref Frame large)
    {
        if (large.Length > 0 || (gathered > 0 && gathered + frame.Length > GatherBytes))
        {
            return false;
        }

        if (frame.Length > GatherBytes)
        {
            large = frame;
            return true;
        }

        frame.Memory.CopyTo(_gather.AsMemory(gathered));
        gathered += frame.Length;
        frame.Return();
        return true;
    }

    private bool HasMore()
    {
        lock (_outbox.Gate)
        {
            return _control.Count > 0 || _outbox.Count > 0;
        }
    }

    private int NextXid() => _xid = _xid == int.MaxValue ? 1 : _xid + 1;
}
