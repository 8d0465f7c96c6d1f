// SPDX-License-Identifier: Apache-2.0
using System.Diagnostics;
using Heron.Core;
using Heron.Core.State;
using Heron.Testing.State;
using Heron.Testing.ZooKeeper;

namespace Heron.State.ZooKeeper.Tests.Faults;

/// <summary>The server has carried out a registration and its answer never arrives.</summary>
public sealed class LostAnswerTests(SharedZooKeeper shared) : IAsyncLifetime
{
    private ZooKeeperStore? _store;
    private long _bytesBeforeAnswer;

    private ZooKeeperStore Store => _store ?? throw new InvalidOperationException("not initialised");

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _store = await ZooKeeperStore.CreateAsync(shared.Server.ConnectionString);
        await using (await _store.OpenAsync())
        {
            // The directories are there from now on: nobody has to make them on a connection whose bytes are counted.
        }

        await using var proxy = new BreakingProxy(shared.Server.Port);
        await using var manager = await OpenAsync(proxy);
        _bytesBeforeAnswer = proxy.BytesDown;
    }

    public ValueTask DisposeAsync() => Store.DisposeAsync();

    [Fact]
    public async Task A_registration_whose_answer_is_lost_is_looked_up_and_succeeds()
    {
        await using var proxy = new BreakingProxy(
            shared.Server.Port, i => i == 0 ? new ProxyFault { CutDownAfter = _bytesBeforeAnswer + 1 } : ProxyFault.None);
        await using var manager = await OpenAsync(proxy);

        await manager.RegisterTopologyAsync(Samples.Registration("a"), Token);

        Assert.Equal(2, proxy.Connections);
        Assert.Equal("a-id", await StateInvariants.IdOfAsync(Store, "a"));
    }

    [Fact]
    public async Task A_registration_whose_answer_is_swallowed_is_looked_up_once_the_connection_counts_as_dead()
    {
        await using var proxy = new BreakingProxy(
            shared.Server.Port, i => i == 0 ? new ProxyFault { SwallowDownAfter = _bytesBeforeAnswer } : ProxyFault.None);
        await using var manager = await OpenAsync(proxy, sessionSeconds: 4);

        await manager.RegisterTopologyAsync(Samples.Registration("a"), Token);

        Assert.Equal("a-id", await StateInvariants.IdOfAsync(Store, "a"));
    }

    [Fact]
    public async Task A_registration_that_cannot_be_looked_up_in_time_fails_and_is_undone_when_ZooKeeper_answers()
    {
        bool away = true;
        await using var proxy = new BreakingProxy(
            shared.Server.Port,
            i => i == 0 ? new ProxyFault { CutDownAfter = _bytesBeforeAnswer + 1 } : new ProxyFault { Refuse = Volatile.Read(ref away) });
        await using var manager = await OpenAsync(proxy, seconds: 6);
        var clock = Stopwatch.StartNew();

        var error = await Assert.ThrowsAnyAsync<HeronException>(
            () => manager.RegisterTopologyAsync(Samples.Registration("a"), Token));

        Assert.Equal(FaultKind.Unavailable, error.Kind);
        Assert.InRange(clock.Elapsed.TotalSeconds, 0, 40);
        Assert.Equal("a-id", await StateInvariants.IdOfAsync(Store, "a"));
        Volatile.Write(ref away, false);
        await StateInvariants.UntilGoneAsync(Store, "a");
    }

    [Fact]
    public async Task A_repeated_submission_wins_over_the_undoing_of_the_first()
    {
        bool away = true;
        await using var proxy = new BreakingProxy(
            shared.Server.Port,
            i => i == 0 ? new ProxyFault { CutDownAfter = _bytesBeforeAnswer + 1 } : new ProxyFault { Refuse = Volatile.Read(ref away) });
        await using var manager = await OpenAsync(proxy, seconds: 6);
        await Assert.ThrowsAnyAsync<HeronException>(() => manager.RegisterTopologyAsync(Samples.Registration("a"), Token));
        Volatile.Write(ref away, false);

        // The same id, as a client has it that sends the same submission again.
        await manager.RegisterTopologyAsync(Samples.Registration("a"), Token);
        await manager.RegisterTopologyAsync(Samples.Registration("b"), Token);

        Assert.Equal("a-id", await StateInvariants.IdOfAsync(Store, "a"));
        Assert.Equal(["a", "b"], await manager.ListTopologiesAsync(Token));
    }

    [Fact]
    public async Task Answers_that_are_garbage_are_no_answers()
    {
        await using var proxy = new BreakingProxy(
            shared.Server.Port, i => i == 0 ? new ProxyFault { GarbleDownAfter = _bytesBeforeAnswer } : ProxyFault.None);
        await using var manager = await OpenAsync(proxy);

        await manager.RegisterTopologyAsync(Samples.Registration("a"), Token);

        Assert.Equal("a-id", await StateInvariants.IdOfAsync(Store, "a"));
    }

    [Fact]
    public async Task Garbage_anywhere_in_an_answer_is_a_fault_of_ZooKeeper_whatever_was_asked()
    {
        const int Step = 9;
        const int Longest = 130;
        // Not the topology that every connection here begins with reading: its answer has to be as long as it was measured.
        await using (var sound = await Store.OpenAsync())
        {
            await sound.RegisterTopologyAsync(Samples.Registration("b"), Token);
            await using var held = await sound.TryLockAsync("b", StatePaths.UpdateTopologyLock, TimeSpan.Zero, Token);
        }

        var asked = new Func<IStateManager, Task>[]
        {
            m => m.ListTopologiesAsync(Token),
            m => m.IsTopologyRunningAsync("b", Token),
            m => m.GetExecutionStateAsync("b", Token),
            m => m.RegisterTopologyAsync(Samples.Registration("b"), Token),
            m => m.UnregisterTopologyAsync("b", "another-id", Token),
            m => m.SetPackingPlanAsync("b", Samples.Plan("b-id", 2), Token),
            m => m.TryLockAsync("b", "another", TimeSpan.Zero, Token),
        };
        await Parallel.ForEachAsync(
            Enumerable.Range(0, Longest / Step).SelectMany(i => asked.Select(ask => (At: i * Step, Ask: ask))),
            new ParallelOptions { MaxDegreeOfParallelism = 40, CancellationToken = Token },
            async (garbage, _) =>
            {
                await using var proxy = new BreakingProxy(
                    shared.Server.Port,
                    i => i == 0 ? new ProxyFault { GarbleDownAfter = _bytesBeforeAnswer + garbage.At } : new ProxyFault { Refuse = true });
                await using var manager = await OpenAsync(proxy, seconds: 1);
                try
                {
                    await garbage.Ask(manager);
                }
                catch (HeronException e) when (e.Kind != FaultKind.Conflict)
                {
                    Assert.True(e.Kind == FaultKind.Unavailable && e.Message.StartsWith("ZooKeeper (", StringComparison.Ordinal), $"{e}");
                }
                catch (HeronException)
                {
                    // The answer was sound up to there: the topology exists.
                    return;
                }
            });
    }

    [Fact]
    public async Task A_removal_whose_answer_is_lost_says_that_the_topology_was_there()
    {
        await using var proxy = new BreakingProxy(shared.Server.Port);
        await using var manager = await OpenAsync(proxy);
        await manager.RegisterTopologyAsync(Samples.Registration("a"), Token);
        for (int round = 0; round < 30; round++)
        {
            var removal = manager.UnregisterTopologyAsync("a", null, Token);
            if (round % 2 == 0)
            {
                await Task.Yield();
            }

            proxy.CutAll();
            Assert.True(await removal);
            Assert.Null(await StateInvariants.IdOfAsync(Store, "a"));
            await manager.RegisterTopologyAsync(Samples.Registration("a"), Token);
        }
    }

    /// <summary>
    /// A manager that has asked for one topology: the bytes of its connection are always the same, since it makes no
    /// directories in the background and, by default, its session is so long that no ping gets between.
    /// </summary>
    private async Task<IStateManager> OpenAsync(BreakingProxy proxy, int seconds = 100, int sessionSeconds = 120)
    {
        var options = Store.Options(proxy.ConnectionString);
        var manager = await ZooKeeperStore.OpenAsync(options with
        {
            InitializeTree = false,
            Client = options.Client with
            {
                SessionTimeout = TimeSpan.FromSeconds(sessionSeconds),
                OperationTimeout = TimeSpan.FromSeconds(seconds),
                ReconnectDelay = TimeSpan.FromMilliseconds(5),
                MaxReconnectDelay = TimeSpan.FromMilliseconds(50),
            },
        });
        await manager.GetTopologyAsync("a", Token);
        return manager;
    }
}
