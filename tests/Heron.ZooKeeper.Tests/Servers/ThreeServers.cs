// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using System.Net.Sockets;
using System.Text;
using Heron.Testing.ZooKeeper;
using Heron.Testing;

namespace Heron.ZooKeeper.Tests.Servers;

/// <summary>A real ensemble that tests of one class share.</summary>
public sealed class ThreeServers : IAsyncLifetime
{
    public ZooKeeperEnsemble Ensemble { get; private set; } = null!;

    public async ValueTask InitializeAsync() => Ensemble = await ZooKeeperEnsemble.StartAsync();

    public ValueTask DisposeAsync() => Ensemble.DisposeAsync();

    /// <summary>A client of all three in a folder of its own.</summary>
    public async Task<ZooKeeperClient> ClientAsync(Func<ZooKeeperOptions, ZooKeeperOptions>? change = null)
    {
        ZooKeeperOptions options = ZooKeeperOptions.For($"{Ensemble.ConnectionString}/{Guid.NewGuid():N}") with
        {
            SessionTimeout = TimeSpan.FromSeconds(60),
            ConnectTimeout = TimeSpan.FromSeconds(3),
            OperationTimeout = Poll.Limit,
            MaxReconnectDelay = TimeSpan.FromMilliseconds(500),
        };
        ZooKeeperClient client = ZooKeeperClient.Start(change is null ? options : change(options));
        await client.EnsureRootAsync();
        return client;
    }

    /// <summary>The server that a client is connected to, by what the servers say.</summary>
    public async Task<ZooKeeperServer> ServerOfAsync(ZooKeeperClient client)
    {
        string session = "0x" + client.Status.SessionId.ToString("x", CultureInfo.InvariantCulture);
        foreach (ZooKeeperServer server in Ensemble.Servers)
        {
            using var tcp = new TcpClient();
            await tcp.ConnectAsync("127.0.0.1", server.Port);
            await tcp.GetStream().WriteAsync("cons"u8.ToArray());
            using var reader = new StreamReader(tcp.GetStream(), Encoding.ASCII);
            if ((await reader.ReadToEndAsync()).Contains($"sid={session},", StringComparison.Ordinal))
            {
                return server;
            }
        }

        throw new InvalidOperationException($"no server knows session {session}");
    }
}
