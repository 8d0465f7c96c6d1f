// SPDX-License-Identifier: Apache-2.0
using Heron.Core.State;
using Heron.Testing.ZooKeeper;
using Heron.Testing;

namespace Heron.State.ZooKeeper.Tests.Curator;

/// <summary>The update lock against the library that Heron's Java tools use.</summary>
public sealed class CuratorLockTests(SharedZooKeeper shared) : StoreTests(shared)
{
    [Fact]
    public async Task A_lock_that_Curator_holds_is_ours_only_after_it_was_given_up()
    {
        await using var manager = await Store.OpenAsync();
        using var curator = Start(seconds: 100);
        await curator.ExpectAsync("asking");
        await curator.ExpectAsync("acquired");

        Assert.Null(await manager.TryLockAsync("a", StatePaths.UpdateTopologyLock, TimeSpan.Zero, Token));
        var waiting = manager.TryLockAsync("a", StatePaths.UpdateTopologyLock, Poll.Limit, Token);
        Assert.Equal(["given up"], await curator.FinishAsync());

        await using var taken = await waiting;
        Assert.NotNull(taken);
    }

    [Fact]
    public async Task A_lock_of_ours_keeps_Curator_waiting_until_it_is_given_up()
    {
        await using var manager = await Store.OpenAsync();
        var held = await manager.TryLockAsync("a", StatePaths.UpdateTopologyLock, TimeSpan.Zero, Token);
        Assert.NotNull(held);
        using (var impatient = Start(seconds: 1))
        {
            await impatient.ExpectAsync("asking");
            await impatient.ExpectAsync("not acquired");
        }

        using var patient = Start(seconds: 100);
        await patient.ExpectAsync("asking");
        await Poll.UntilAsync(
            async () => (await Store.NamesAsync("locks/a__updateTopology/leases")).Count == 2,
            () => "Curator does not queue up");
        await held.DisposeAsync();

        await patient.ExpectAsync("acquired");
    }

    private ToolProcess Start(int seconds)
    {
        string[] jars = ["curator-recipes", "curator-framework", "curator-client", "zookeeper", "guava", "slf4j-api"];
        return new ToolProcess(
            "java",
            [
                "-cp", string.Join(':', jars.Select(j => $"/usr/share/java/{j}.jar")),
                Path.Join(Fixtures.RepositoryRoot, "tests", "Heron.State.ZooKeeper.Tests", "Curator", "CuratorLock.java"),
                Store.Connection, Store.Paths.Lock("a", StatePaths.UpdateTopologyLock), seconds.ToString(),
            ]);
    }
}
