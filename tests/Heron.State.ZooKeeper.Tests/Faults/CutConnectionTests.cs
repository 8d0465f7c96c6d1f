// SPDX-License-Identifier: Apache-2.0
using System.Collections.Concurrent;
using Heron.Core;
using Heron.Testing.State;
using Heron.Testing.ZooKeeper;
using Heron.Testing;

namespace Heron.State.ZooKeeper.Tests.Faults;

/// <summary>Connections that break in the middle of a topology's whole life: everything asked for still happens, once.</summary>
public sealed class CutConnectionTests(SharedZooKeeper shared) : StoreTests(shared)
{
    private const int CutsPerDirection = 150;

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_connection_cut_at_any_byte_costs_nothing_but_time(bool towardsServer)
    {
        await using (await Store.OpenAsync())
        {
            // The directories are there from now on.
        }

        await using var measured = new BreakingProxy(Shared.Server.Port);
        await LiveAsync(measured, "measured");
        long total = towardsServer ? measured.BytesUp : measured.BytesDown;
        var cuts = Enumerable.Range(0, CutsPerDirection).Select(i => i * total / CutsPerDirection).Distinct().ToList();
        int broken = 0;

        await Parallel.ForEachAsync(
            cuts,
            new ParallelOptions { MaxDegreeOfParallelism = 6, CancellationToken = Token },
            async (cut, _) =>
            {
                var fault = towardsServer ? new ProxyFault { CutUpAfter = cut } : new ProxyFault { CutDownAfter = cut };
                await using var proxy = new BreakingProxy(Shared.Server.Port, connection => connection == 0 ? fault : ProxyFault.None);
                await LiveAsync(proxy, $"t{cut}");
                Interlocked.Add(ref broken, proxy.Connections > 1 ? 1 : 0);
            });

        Assert.InRange(broken, cuts.Count * 9 / 10, cuts.Count);
        Assert.DoesNotContain(await Store.ListAsync(), n => n.Path.Contains('/'));
    }

    [Fact]
    public async Task Directories_are_made_although_the_connection_is_cut_at_any_byte_of_the_start()
    {
        await Parallel.ForEachAsync(
            Enumerable.Range(0, 40),
            new ParallelOptions { MaxDegreeOfParallelism = 6, CancellationToken = Token },
            async (i, token) =>
            {
                await using var fresh = await ZooKeeperStore.CreateAsync(Shared.Server.ConnectionString);
                await using var proxy = new BreakingProxy(
                    Shared.Server.Port, connection => connection == 0 ? new ProxyFault { CutDownAfter = i * 29 } : ProxyFault.None);
                await using var manager = await ZooKeeperStore.OpenAsync(Impatient(fresh, proxy));
                await manager.RegisterTopologyAsync(Samples.Registration("a"), token);

                Assert.Equal("a-id", await StateInvariants.IdOfAsync(fresh, "a"));
            });
    }

    [Fact]
    public async Task Connections_that_keep_breaking_leave_whole_topologies_or_none()
    {
        var random = new Random(20_221_112);
        var lengths = Enumerable.Range(0, 4096).Select(_ => random.Next(800, 8000)).ToList();
        await using var proxy = new BreakingProxy(
            Shared.Server.Port,
            connection => connection % 2 == 0
                ? new ProxyFault { CutDownAfter = lengths[connection % lengths.Count] }
                : new ProxyFault { CutUpAfter = lengths[connection % lengths.Count] });
        await using var manager = await ZooKeeperStore.OpenAsync(Impatient(Store, proxy));
        var running = new ConcurrentDictionary<string, string>();

        await Parallel.ForEachAsync(
            Enumerable.Range(0, 40),
            new ParallelOptions { MaxDegreeOfParallelism = 4, CancellationToken = Token },
            async (i, token) =>
            {
                string name = $"t{i}";
                await manager.RegisterTopologyAsync(Samples.Registration(name, name + "-1"), token);
                var second = await Assert.ThrowsAnyAsync<HeronException>(
                    () => manager.RegisterTopologyAsync(Samples.Registration(name, name + "-2"), token));
                Assert.Equal(FaultKind.Conflict, second.Kind);
                if (i % 2 == 0)
                {
                    Assert.True(await manager.UnregisterTopologyAsync(name, name + "-1", token));
                }
                else
                {
                    running[name] = name + "-1";
                }
            });

        Assert.True(proxy.Connections > 10, $"only {proxy.Connections} connections");
        for (int i = 0; i < 40; i++)
        {
            Assert.Equal(running.GetValueOrDefault($"t{i}"), await StateInvariants.IdOfAsync(Store, $"t{i}"));
        }
    }

    private static ZooKeeperStateOptions Impatient(ZooKeeperStore store, BreakingProxy proxy)
    {
        var options = store.Options(proxy.ConnectionString);
        return options with
        {
            RetryCount = 1000,
            Client = options.Client with
            {
                OperationTimeout = Poll.Limit,
                ReconnectDelay = TimeSpan.FromMilliseconds(1),
                MaxReconnectDelay = TimeSpan.FromMilliseconds(20),
            },
        };
    }

    /// <summary>Submit, schedule, update, kill, and a look from outside after each.</summary>
    private async Task LiveAsync(BreakingProxy proxy, string name)
    {
        await using var manager = await ZooKeeperStore.OpenAsync(Impatient(Store, proxy));
        await manager.RegisterTopologyAsync(Samples.Registration(name), Token);
        Assert.Equal(name + "-id", await StateInvariants.IdOfAsync(Store, name));
        await manager.SetSchedulerLocationAsync(Samples.Scheduler(name), Token);
        Assert.NotNull(await Store.ReadAsync("schedulers/" + name));
        await manager.SetPackingPlanAsync(name, Samples.Plan(name + "-id", 3), Token);
        Assert.Equal(3, (await manager.GetPackingPlanAsync(name, Token))?.ContainerPlans.Count);
        Assert.True(await manager.UnregisterTopologyAsync(name, name + "-id", Token));
        Assert.Null(await StateInvariants.IdOfAsync(Store, name));
    }
}
