// SPDX-License-Identifier: Apache-2.0
using System.Diagnostics;
using System.Net.Sockets;
using Microsoft.Extensions.Hosting.Systemd;

namespace Heron.ApiServer.Hosting;

/// <summary>
/// Tells systemd, where it asks to be told (<c>Type=notify</c>), when the server serves, reads again and stops. A manager that cannot be
/// reached is no reason not to serve.
/// </summary>
/// <param name="logger">Hears when it cannot.</param>
internal sealed partial class ServiceManager(ILogger logger)
{
    private readonly SystemdNotifier _systemd = new();
    private readonly Lock _turn = new();
    private bool _serves;

    /// <summary>The server serves.</summary>
    /// <param name="status">What <c>systemctl status</c> shows of it: one line.</param>
    public void Ready(string status)
    {
        lock (_turn)
        {
            _serves = true;
            Tell($"READY=1\nSTATUS={status}");
        }
    }

    /// <summary>The server stops: requests in flight are finished.</summary>
    public void Stopping()
    {
        lock (_turn)
        {
            _serves = false;
            Tell("STOPPING=1\nSTATUS=finishes what is in flight");
        }
    }

    /// <summary>Does what a reload is, between its beginning and its end; told only while the server serves, for its end says that it does.</summary>
    public void While(Action reload)
    {
        lock (_turn)
        {
            if (!_serves)
            {
                reload();
                return;
            }

            // The time, by which systemd knows to which request for a reload this belongs.
            Tell($"RELOADING=1\nMONOTONIC_USEC={(long)Stopwatch.GetElapsedTime(0).TotalMicroseconds}");
            try
            {
                reload();
            }
            finally
            {
                Tell("READY=1");
            }
        }
    }

    private void Tell(string state)
    {
        if (!_systemd.IsEnabled)
        {
            return;
        }

        try
        {
            _systemd.Notify(new ServiceState(state));
        }
        catch (SocketException fault)
        {
            Log.NotTold(logger, state, fault.Message);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Warning, Message = "the service manager could not be told {State}: {Reason}")]
        public static partial void NotTold(ILogger logger, string state, string reason);
    }
}
