using Heron.Core;
using Heron.Operations.Exclusion;
using Heron.Testing;

namespace Heron.Operations.Tests.Exclusion;

public sealed class OperationGateTests
{
    private readonly OperationGate _gate = new(new FixedTime(new DateTimeOffset(2024, 5, 1, 10, 0, 0, TimeSpan.Zero)));

    [Fact]
    public async Task A_second_operation_on_a_topology_is_told_who_holds_it_since_when()
    {
        await using var first = await _gate.EnterAsync("words", "update", new Caller("10.0.0.7", "alice"), CancellationToken.None);

        var refused = await Assert.ThrowsAsync<HeronException>(
            () => _gate.EnterAsync("words", "kill", new Caller("10.0.0.8"), CancellationToken.None));

        Assert.Equal(FaultKind.Conflict, refused.Kind);
        Assert.Equal(
            "Topology 'words' is busy: update by alice at 10.0.0.7 since 2024-05-01T10:00:00Z. Try again when that is done",
            refused.Message);
    }

    [Fact]
    public async Task The_topology_is_free_again_once_the_first_operation_is_done()
    {
        await (await _gate.EnterAsync("words", "update", new Caller("a"), CancellationToken.None)).DisposeAsync();

        await using var second = await _gate.EnterAsync("words", "kill", new Caller("b"), CancellationToken.None);

        Assert.Equal("kill", (await _gate.HolderOfAsync("words", CancellationToken.None))?.Operation);
    }

    [Fact]
    public async Task Operations_on_different_topologies_do_not_exclude_each_other()
    {
        await using var first = await _gate.EnterAsync("words", "update", new Caller("a"), CancellationToken.None);
        await using var second = await _gate.EnterAsync("numbers", "update", new Caller("a"), CancellationToken.None);

        Assert.NotNull((await _gate.HolderOfAsync("numbers", CancellationToken.None)));
    }

    [Fact]
    public async Task Background_work_gives_way_to_a_request()
    {
        var background = await _gate.TryEnterInBackgroundAsync("words", "recovery", CancellationToken.None);
        Assert.NotNull(background);

        var request = _gate.EnterAsync("words", "kill", new Caller("a"), CancellationToken.None);
        Assert.True(background.GiveWay.IsCancellationRequested);
        Assert.False(request.IsCompleted);
        await background.DisposeAsync();

        await using var lease = await request.WaitAsync(Poll.Limit);
        Assert.Equal("kill", lease.Holder.Operation);
    }

    [Fact]
    public async Task Background_work_does_not_start_while_a_request_holds_the_topology()
    {
        await using var request = await _gate.EnterAsync("words", "kill", new Caller("a"), CancellationToken.None);

        Assert.Null(await _gate.TryEnterInBackgroundAsync("words", "recovery", CancellationToken.None));
    }

    [Fact]
    public async Task Of_many_at_once_exactly_one_enters()
    {
        var entered = 0;
        await Task.WhenAll(Enumerable.Range(0, 64).Select(i => Task.Run(async () =>
        {
            try
            {
                await _gate.EnterAsync("words", "update", new Caller($"client {i}"), CancellationToken.None);
                Interlocked.Increment(ref entered);
            }
            catch (HeronException e) when (e.Kind == FaultKind.Conflict)
            {
                Assert.Contains("busy", e.Message, StringComparison.Ordinal);
            }
        })));

        Assert.Equal(1, entered);
    }

    [Fact]
    public async Task Giving_a_lease_back_twice_does_not_free_the_next_holder()
    {
        var first = await _gate.EnterAsync("words", "update", new Caller("a"), CancellationToken.None);
        await first.DisposeAsync();
        await using var second = await _gate.EnterAsync("words", "kill", new Caller("b"), CancellationToken.None);
        await first.DisposeAsync();

        Assert.Equal("kill", (await _gate.HolderOfAsync("words", CancellationToken.None))?.Operation);
    }

    private sealed class FixedTime(DateTimeOffset now) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => now;
    }
}
