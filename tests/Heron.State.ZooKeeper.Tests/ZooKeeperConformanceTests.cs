// SPDX-License-Identifier: Apache-2.0
using Heron.Testing.State;
using Heron.Testing.ZooKeeper;

namespace Heron.State.ZooKeeper.Tests;

public sealed class ZooKeeperConformanceTests(SharedZooKeeper shared) : StateManagerConformance
{
    protected override async Task<IStateStore> OpenStoreAsync() =>
        await ZooKeeperStore.CreateAsync(shared.Server.ConnectionString);
}
