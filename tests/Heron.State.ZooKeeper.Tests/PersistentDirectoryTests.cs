// SPDX-License-Identifier: Apache-2.0
using Heron.Testing;
using Heron.Testing.State;
using Heron.Testing.ZooKeeper;
using Heron.ZooKeeper;

namespace Heron.State.ZooKeeper.Tests;

public class PersistentDirectoryTests
{
    [Fact]
    public async Task Directories_stay_when_they_fall_empty()
    {
        var token = TestContext.Current.CancellationToken;
        await using var server = await ZooKeeperServer.StartAsync(
            new ZooKeeperServerOptions { JavaOptions = ["-Dznode.container.checkIntervalMs=200"] });
        await using var store = await ZooKeeperStore.CreateAsync(server.ConnectionString);
        await using var manager = await store.OpenAsync();
        await manager.RegisterTopologyAsync(Samples.Registration("a"), token);
        await store.WriteAsync("tmanagers/a", [1], ephemeral: true);
        await store.DeleteAsync("tmanagers/a");
        await manager.UnregisterTopologyAsync("a", null, token);

        // A container that was emptied later than all directories is gone: then they would be gone, too.
        await store.Observer.CreateAsync("/container", mode: CreateMode.Container);
        await store.Observer.CreateAsync("/container/child");
        await store.Observer.DeleteAsync("/container/child");
        await Poll.UntilAsync(
            async () => await store.Observer.ExistsAsync("/container") is null,
            () => "the server does not remove empty containers");
        foreach (string directory in store.Paths.Directories)
        {
            Assert.NotNull(await store.Observer.ExistsAsync(directory));
        }
    }
}
