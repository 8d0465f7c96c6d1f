// SPDX-License-Identifier: Apache-2.0
using Heron.ZooKeeper.Connections;
using Heron.ZooKeeper.Protocol;

namespace Heron.ZooKeeper.Sessions;

/// <content>The end: tell the server, wait a little, and end whatever it says.</content>
internal sealed partial class Session
{
    public async ValueTask DisposeAsync()
    {
        Task<bool>? goodbye = null;
        Connection? connection;
        lock (_outbox.Gate)
        {
            if (_closed)
            {
                return;
            }

            connection = _connection;
        }

        if (connection is not null)
        {
            goodbye = SayGoodbye();
        }

        lock (_outbox.Gate)
        {
            _closed = true;
        }

        if (goodbye is not null)
        {
            await ((Task)goodbye).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        await _closing.CancelAsync().ConfigureAwait(false);
        Volatile.Read(ref _connection)?.Abort(new ObjectDisposedException(nameof(ZooKeeperClient)));
        await _loop.WaitAsync(_options.CloseTimeout, Time).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        List<PendingRequest> left;
        lock (_outbox.Gate)
        {
            left = _outbox.TakeAll();
            _sessionId = 0;
            SetState(SessionState.Closed);
        }

        left.ForEach(request => request.Fail(Closed));
        EndWatches();
    }

    private Task<bool> SayGoodbye()
    {
        var writer = new JuteWriter(64);
        writer.Int(0);
        writer.Int((int)OpCode.CloseSession);
        var goodbye = new Request<bool>(OpCode.CloseSession, null, writer.Finish(), static (ErrorCode _, ref JuteReader _) => true);
        goodbye.Arm(Time, _options.CloseTimeout, TooLate, CancellationToken.None);
        Submit(goodbye);
        return goodbye.Answer;
    }
}
