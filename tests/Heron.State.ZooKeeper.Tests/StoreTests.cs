// SPDX-License-Identifier: Apache-2.0
using Heron.Testing.ZooKeeper;

[assembly: AssemblyFixture(typeof(SharedZooKeeper))]

namespace Heron.State.ZooKeeper.Tests;

/// <summary>Tests on a store of their own, below a root of its own, in the shared ZooKeeper.</summary>
public abstract class StoreTests(SharedZooKeeper shared) : IAsyncLifetime
{
    private ZooKeeperStore? _store;

    protected ZooKeeperStore Store => _store ?? throw new InvalidOperationException("not initialised");

    protected SharedZooKeeper Shared => shared;

    protected static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _store = await ZooKeeperStore.CreateAsync(shared.Server.ConnectionString);

    public async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        await Store.DisposeAsync();
    }
}
