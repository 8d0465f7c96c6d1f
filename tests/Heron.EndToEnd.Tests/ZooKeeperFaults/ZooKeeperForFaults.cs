// SPDX-License-Identifier: Apache-2.0
using Heron.Testing.ZooKeeper;

namespace Heron.EndToEnd.Tests.ZooKeeperFaults;

/// <summary>
/// The ZooKeeper of the tests in this folder, which run one after another: tests that kill it start it again, and every
/// server works below a chroot of its own.
/// </summary>
[CollectionDefinition(nameof(ZooKeeperForFaults))]
public sealed class ZooKeeperForFaults : ICollectionFixture<ZooKeeperForFaults>, IAsyncLifetime
{
    private ZooKeeperServer? _server;

    public ZooKeeperServer Server => _server ?? throw new InvalidOperationException("not started");

    public async ValueTask InitializeAsync() => _server = await ZooKeeperServer.StartAsync();

    public ValueTask DisposeAsync() => _server?.DisposeAsync() ?? ValueTask.CompletedTask;
}
