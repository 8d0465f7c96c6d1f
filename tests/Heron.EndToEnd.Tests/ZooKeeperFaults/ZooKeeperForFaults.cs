// SPDX-License-Identifier: Apache-2.0
using Heron.Testing.ZooKeeper;

namespace Heron.EndToEnd.Tests.ZooKeeperFaults;

/// <summary>The ZooKeeper of tests that kill it, one after another, and start it again.</summary>
public sealed class ZooKeeperForFaults : IAsyncLifetime
{
    private ZooKeeperServer? _server;

    public ZooKeeperServer Server => _server ?? throw new InvalidOperationException("not started");

    public async ValueTask InitializeAsync() => _server = await ZooKeeperServer.StartAsync();

    public ValueTask DisposeAsync() => _server?.DisposeAsync() ?? ValueTask.CompletedTask;
}
