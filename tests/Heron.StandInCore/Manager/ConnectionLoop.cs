// SPDX-License-Identifier: Apache-2.0
using System.Net;
using System.Net.Sockets;

namespace Heron.StandInCore.Manager;

/// <summary>Listens on a port and serves every connection on its own.</summary>
internal sealed class ConnectionLoop : IDisposable
{
    private readonly TcpListener _listener;
    private readonly Func<TcpClient, CancellationToken, Task> _serve;

    public ConnectionLoop(int port, Func<TcpClient, CancellationToken, Task> serve)
    {
        _serve = serve;
        _listener = new TcpListener(IPAddress.Any, port);
        _listener.Start();
    }

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            var client = await _listener.AcceptTcpClientAsync(cancellationToken);
            _ = _serve(client, cancellationToken);
        }
    }

    public void Dispose() => _listener.Dispose();
}
