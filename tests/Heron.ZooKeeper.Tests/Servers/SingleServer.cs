// SPDX-License-Identifier: Apache-2.0
using Heron.Testing.ZooKeeper;
using Heron.Testing;

[assembly: AssemblyFixture(typeof(Heron.ZooKeeper.Tests.Servers.SingleServer))]

// Nearly all that these tests do is to wait for connections that break and sessions that end.
[assembly: Xunit.v3.Parallelization(MaxThreads = 4)]

namespace Heron.ZooKeeper.Tests.Servers;

/// <summary>One real server that tests share and leave running: that of the whole assembly, or of a class that does it harm.</summary>
public sealed class SingleServer : IAsyncLifetime
{
    public ZooKeeperServer Server { get; private set; } = null!;

    public async ValueTask InitializeAsync() => Server = await ZooKeeperServer.StartAsync();

    public ValueTask DisposeAsync() => Server.DisposeAsync();

    /// <summary>A client in a folder of its own.</summary>
    public async Task<ZooKeeperClient> ClientAsync(Func<ZooKeeperOptions, ZooKeeperOptions>? change = null)
    {
        string root = $"/{Guid.NewGuid():N}";
        await using (ZooKeeperClient above = ZooKeeperClient.Start(ZooKeeperOptions.For(Server.ConnectionString)))
        {
            await above.CreateAsync(root);
        }

        ZooKeeperOptions options = ZooKeeperOptions.For(Server.ConnectionString + root) with { SessionTimeout = TimeSpan.FromSeconds(60), OperationTimeout = Poll.Limit };
        return ZooKeeperClient.Start(change is null ? options : change(options));
    }
}
