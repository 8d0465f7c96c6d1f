// SPDX-License-Identifier: Apache-2.0
using Heron.EndToEnd.Tests.Lifecycle.World;
using Heron.Testing.ZooKeeper;

namespace Heron.EndToEnd.Tests.Lifecycle;

/// <summary>
/// Kill -9 of the server in an update with state in ZooKeeper, where the lock of the dead server is its session's, which
/// lives on: the next server recognizes it as its own and waits for nothing.
/// </summary>
public sealed class ZooKeeperUpdateCrashTests(SharedZooKeeper shared)
{
    [Fact]
    public Task With_Nomad_the_topology_is_as_before_or_as_asked_at_once() => RunAsync(Runs.Nomad);

    [Fact]
    public Task With_local_containers_the_topology_is_as_before_or_as_asked_at_once() => RunAsync(Runs.Local);

    private Task RunAsync(Runs runs) => UpdateCrash.RunAllAsync(runs, Keeps.ZooKeeper, UpdateCrash.StepsOfParts, shared);
}
