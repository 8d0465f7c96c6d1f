// SPDX-License-Identifier: Apache-2.0
using Heron.Testing.State;
using Heron.Testing.ZooKeeper;

namespace Heron.State.ZooKeeper.Tests;

public sealed class ZooKeeperReferenceTests(SharedZooKeeper shared) : ReferenceStateReplay
{
    protected override string Recording => "zookeeper";

    protected override async Task<IStateStore> OpenStoreAsync() =>
        await ZooKeeperStore.CreateAsync(shared.Server.ConnectionString);

    /// <summary>Directories are persistent here: see docs/decisions/persistent-directories.md.</summary>
    protected override string KindHere(string recordedKind) => recordedKind == "container" ? "persistent" : recordedKind;
}
