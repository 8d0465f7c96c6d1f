// SPDX-License-Identifier: Apache-2.0
using Heron.ZooKeeper.Connections;
using Heron.ZooKeeper.Protocol;

namespace Heron.ZooKeeper.Sessions;

/// <content>
/// The loop that keeps a connection: one round through all addresses, one connection served until it ends, a wait with jitter,
/// and again. A connection that lasts for less than a moment counts as a failed round, so a server that accepts and hangs up
/// does not make the loop spin.
/// </content>
internal sealed partial class Session
{
    private static readonly TimeSpan Lasting = TimeSpan.FromSeconds(1);

    private bool _outageLogged;

    private async Task RunAsync()
    {
        var round = new HostRound(_options);
        var backoff = new Backoff(_options.ReconnectDelay, _options.MaxReconnectDelay);
        Endpoint? last = null;
        try
        {
            while (!_closing.IsCancellationRequested && _state != SessionState.AuthFailed)
            {
                IReadOnlyList<Endpoint> endpoints = await round.NextAsync(last, Unresolved, _closing.Token).ConfigureAwait(false);
                bool lasted = false;
                bool connected = false;
                foreach (Endpoint endpoint in endpoints)
                {
                    Connection? connection = await TryConnectAsync(endpoint).ConfigureAwait(false);
                    if (connection is not null)
                    {
                        connected = true;
                        last = endpoint;
                        long since = Time.GetTimestamp();
                        await ServeAsync(connection, endpoint).ConfigureAwait(false);
                        lasted = Time.GetElapsedTime(since) >= Lasting;
                        break;
                    }
                }

                NoteRound(connected);
                if (lasted)
                {
                    backoff.Reset();
                }
                else if (_state != SessionState.AuthFailed)
                {
                    await Task.Delay(backoff.Next(DelayCap()), Time, _closing.Token).ConfigureAwait(false);
                }
            }
        }
        catch (OperationCanceledException) when (_closing.IsCancellationRequested)
        {
            Log.LoopEnded(_log);
        }
    }

    /// <summary>One warning for each outage; the attempts themselves are debug lines.</summary>
    private void NoteRound(bool connected)
    {
        if (!connected && !_outageLogged && Volatile.Read(ref _lastConnectFailure) is { } reason)
        {
            Log.Unreachable(_log, reason.Message);
        }

        _outageLogged = !connected;
    }

    private async Task<Connection?> TryConnectAsync(Endpoint endpoint)
    {
        _closing.Token.ThrowIfCancellationRequested();
        try
        {
            return await ConnectAsync(endpoint).ConfigureAwait(false);
        }
#pragma warning disable CA1031 // Whatever an attempt fails with, the loop goes on: a dead loop would be a client that hangs for ever.
        catch (Exception e)
#pragma warning restore CA1031
        {
            _closing.Token.ThrowIfCancellationRequested();
            Exception reason = e is OperationCanceledException
                ? new TimeoutException($"no handshake within {_options.EffectiveConnectTimeout.TotalMilliseconds:F0} ms, or before the session ended", e)
                : e;
            Failed(new IOException($"{endpoint}: {reason.Message}", reason));
            return null;
        }
    }

    private async Task ServeAsync(Connection connection, Endpoint endpoint)
    {
        await using (connection.ConfigureAwait(false))
        {
            Exception reason = await connection.RunAsync().ConfigureAwait(false);
            Lose(connection, reason, endpoint);
        }
    }

    private void Lose(Connection connection, Exception reason, Endpoint endpoint)
    {
        List<PendingRequest> failed = connection.TakeInFlight();
        bool refused = reason is ZooKeeperSessionException { Code: ErrorCode.AuthFailed };
        bool closed;
        lock (_outbox.Gate)
        {
            _connection = null;
            closed = _closed;
            if (!closed)
            {
                _lastConnectFailure = reason;
                SetState(refused ? SessionState.AuthFailed : SessionState.Suspended);
                if (refused || !_options.WaitForConnection)
                {
                    failed.AddRange(_outbox.TakeAll());
                }
                else
                {
                    ArmExpiry(connection.ProvenAliveAt);
                }
            }
        }

        if (!closed)
        {
            ZooKeeperMetrics.Losses.Add(1);
            Log.Lost(_log, endpoint, reason.Message);
        }

        if (refused)
        {
            Log.CredentialsRefused(_log, endpoint);
            EndWatches();
        }

        failed.ForEach(request => request.Fail(closed ? Closed : refused ? RefusedCredentials : (r, sent) => Lost(r, sent, reason)));
    }

    private void Unresolved(ZooKeeperHost host, Exception reason) =>
        Failed(new IOException($"{host}: the name does not resolve ({reason.Message})", reason));

    private void Failed(IOException reason)
    {
        Volatile.Write(ref _lastConnectFailure, reason);
        ZooKeeperMetrics.FailedAttempts.Add(1);
        Log.ConnectFailed(_log, reason.Message);
    }

    private TimeSpan DelayCap()
    {
        lock (_outbox.Gate)
        {
            return _sessionId == 0 ? TimeSpan.MaxValue : _timeout / 10;
        }
    }
}
