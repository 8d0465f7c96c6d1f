// SPDX-License-Identifier: Apache-2.0
using Heron.ZooKeeper.Protocol;

namespace Heron.ZooKeeper.Connections;

/// <content>
/// Pings and silence. A ping goes out when nothing was sent for a third of the session timeout (10 s at most); when nothing
/// came in for two thirds, the connection is given up while there is still time to find another server.
/// </content>
internal sealed partial class Connection
{
    private static readonly TimeSpan LongestPingInterval = TimeSpan.FromSeconds(10);

    private void Beat()
    {
        TimeSpan silence = _time.GetElapsedTime(Volatile.Read(ref _lastReceived));
        if (silence > _sessionTimeout * (2.0 / 3))
        {
            Abort(new IOException($"nothing came from the server for {silence.TotalMilliseconds:F0} ms"));
            return;
        }

        TimeSpan interval = _sessionTimeout / 3 < LongestPingInterval ? _sessionTimeout / 3 : LongestPingInterval;
        if (_time.GetElapsedTime(Volatile.Read(ref _lastSent)) < interval - (_sessionTimeout / 24))
        {
            return;
        }

        bool write;
        bool alone;
        lock (_outbox.Gate)
        {
            _pings.Enqueue(_time.GetTimestamp());
            AddControl(ControlFrames.Ping());
            write = TryBecomeWriter(out alone);
        }

        if (write)
        {
            Pump(alone);
        }
    }
}
