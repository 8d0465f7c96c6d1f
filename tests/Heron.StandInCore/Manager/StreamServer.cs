// SPDX-License-Identifier: Apache-2.0
using System.Net.Sockets;
using Heron.StandInCore.Streams;

namespace Heron.StandInCore.Manager;

/// <summary>The port that stream managers connect to; one is there as long as its connection is.</summary>
internal sealed class StreamServer : IDisposable
{
    private readonly TopologyManager _manager;
    private readonly ConnectionLoop _connections;

    public StreamServer(TopologyManager manager, int port)
    {
        _manager = manager;
        _connections = new ConnectionLoop(port, ServeAsync);
    }

    public Task RunAsync(CancellationToken cancellationToken) => _connections.RunAsync(cancellationToken);

    public void Dispose() => _connections.Dispose();

    private async Task ServeAsync(TcpClient client, CancellationToken cancellationToken)
    {
        using (client)
        using (var reader = new StreamReader(client.GetStream()))
        {
            StreamRegistration? registration = null;
            try
            {
                registration = await StreamRegistration.ReadAsync(reader, cancellationToken);
                if (registration is null || !await _manager.AddAsync(registration, cancellationToken))
                {
                    return;
                }

                _ = await reader.ReadAsync(new char[1], cancellationToken);
            }
            catch (IOException)
            {
                // Its process ended; the same as a closed connection.
            }

            if (registration is not null)
            {
                await _manager.RemoveAsync(registration, cancellationToken);
            }
        }
    }
}
