// SPDX-License-Identifier: Apache-2.0
namespace Heron.Testing.ZooKeeper;

/// <summary>Three real servers that elect a leader.</summary>
public sealed class ZooKeeperEnsemble : IAsyncDisposable
{
    private ZooKeeperEnsemble(IReadOnlyList<ZooKeeperServer> servers) => Servers = servers;

    public IReadOnlyList<ZooKeeperServer> Servers { get; }

    public string ConnectionString => string.Join(',', Servers.Select(s => s.ConnectionString));

    public static async Task<ZooKeeperEnsemble> StartAsync(ZooKeeperServerOptions? options = null)
    {
        options ??= new ZooKeeperServerOptions();
        int[] ports = Loopback.FreePorts(12);
        string[] members = [.. Enumerable.Range(1, 3).Select(i => $"server.{i}=127.0.0.1:{ports[i * 4 - 4]}:{ports[i * 4 - 3]}")];
        ZooKeeperServer[] servers = [.. Enumerable.Range(1, 3).Select(i => ZooKeeperServer.Create(options, ports[i * 4 - 2], ports[i * 4 - 1], members, i))];
        var ensemble = new ZooKeeperEnsemble(servers);
        Array.ForEach(servers, s => s.Launch());
        foreach (ZooKeeperServer server in servers)
        {
            await server.WaitUntilServingAsync();
        }

        return ensemble;
    }

    public async Task<ZooKeeperServer> LeaderAsync()
    {
        ZooKeeperServer? leader = null;
        await Poll.UntilAsync(
            async () =>
            {
                foreach (ZooKeeperServer server in Servers)
                {
                    if (await server.ModeAsync() == "leader")
                    {
                        leader = server;
                        return true;
                    }
                }

                return false;
            },
            () => "the ensemble has no leader");
        return leader!;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (ZooKeeperServer server in Servers)
        {
            await server.DisposeAsync();
        }
    }
}
