using System.Diagnostics;
using Heron.Core;
using Heron.Core.State;
using Heron.Testing;
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
            // The directories are there from now on, so every connection begins alike.
        }

        await using var proxy = new BreakingProxy(shared.Server.Port);
        await using var manager = await ZooKeeperStore.OpenAsync(Options(proxy, 10, 60));
        await manager.GetTopologyAsync("a", Token);
        await UntilQuietAsync(proxy);
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
        await using var manager = await OpenAsync(proxy, seconds: 30, sessionSeconds: 4);

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
        await using var manager = await OpenAsync(proxy);
        var clock = Stopwatch.StartNew();

        var error = await Assert.ThrowsAsync<HeronException>(
            () => manager.RegisterTopologyAsync(Samples.Registration("a"), Token));

        Assert.Equal(FaultKind.Unavailable, error.Kind);
        Assert.InRange(clock.Elapsed.TotalSeconds, 0, 8);
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
        await using var manager = await OpenAsync(proxy);
        await Assert.ThrowsAsync<HeronException>(() => manager.RegisterTopologyAsync(Samples.Registration("a"), Token));
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

    /// <summary>By default the session is so long that no ping gets between the bytes that are counted.</summary>
    private ZooKeeperStateOptions Options(BreakingProxy proxy, int seconds, int sessionSeconds)
    {
        var options = Store.Options(proxy.ConnectionString);
        return options with
        {
            Client = options.Client with
            {
                SessionTimeout = TimeSpan.FromSeconds(sessionSeconds),
                OperationTimeout = TimeSpan.FromSeconds(seconds),
                ReconnectDelay = TimeSpan.FromMilliseconds(5),
                MaxReconnectDelay = TimeSpan.FromMilliseconds(50),
            },
        };
    }

    /// <summary>A manager that has done what it does at start, and looked for a topology.</summary>
    private async Task<IStateManager> OpenAsync(BreakingProxy proxy, int seconds = 3, int sessionSeconds = 60)
    {
        var manager = await ZooKeeperStore.OpenAsync(Options(proxy, seconds, sessionSeconds));
        await manager.GetTopologyAsync("a", Token);
        await UntilQuietAsync(proxy);
        return manager;
    }

    private static Task UntilQuietAsync(BreakingProxy proxy)
    {
        long before = -1;
        int same = 0;
        return Poll.UntilAsync(
            () =>
            {
                same = proxy.BytesDown == before ? same + 1 : 0;
                before = proxy.BytesDown;
                return same >= 5;
            },
            TimeSpan.FromSeconds(10),
            "the start never ends");
    }
}
