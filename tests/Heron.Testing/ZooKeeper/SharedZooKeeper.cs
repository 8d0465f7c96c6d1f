// SPDX-License-Identifier: Apache-2.0
using Xunit;

namespace Heron.Testing.ZooKeeper;

/// <summary>One real server for all tests of an assembly that do it no harm; each works below a chroot of its own.</summary>
public sealed class SharedZooKeeper : IAsyncLifetime
{
    private ZooKeeperServer? _server;

    public ZooKeeperServer Server => _server ?? throw new InvalidOperationException("not started");

    public async ValueTask InitializeAsync() => _server = await ZooKeeperServer.StartAsync();

    public ValueTask DisposeAsync() => _server?.DisposeAsync() ?? ValueTask.CompletedTask;
}
