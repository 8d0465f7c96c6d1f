// SPDX-License-Identifier: Apache-2.0
using Heron.Core;
using Heron.Operations.Exclusion;
using Heron.Testing;

namespace Heron.Operations.Tests.Exclusion;

public sealed class OperationGateTests
{
    private static readonly TopologyAddress Words = new("nomad", "ads", "devel", "words");
    private static readonly OperationKind Update = new("update", GivesWay: true);
    private static readonly OperationKind Restart = new("restart");
    private static readonly OperationKind Kill = new("kill", TakesOver: true);

    private readonly OperationGate _gate = new(new FixedTime(new DateTimeOffset(2024, 5, 1, 10, 0, 0, TimeSpan.Zero)));

    [Fact]
    public async Task A_second_operation_on_a_topology_is_told_who_holds_it_since_when()
    {
        await using var first = await _gate.EnterAsync(Words, Update, new Caller("10.0.0.7", "alice"), CancellationToken.None);

        var refused = await Assert.ThrowsAsync<HeronException>(
            () => _gate.EnterAsync(Words, Restart, new Caller("10.0.0.8"), CancellationToken.None));

        Assert.Equal(FaultKind.Conflict, refused.Kind);
        Assert.Equal(
            "Topology 'words' is busy: update by alice at 10.0.0.7 since 2024-05-01T10:00:00Z. Wait until that is done, or kill the "
            + "topology, which ends that (DELETE /api/v1/topologies/nomad/ads/devel/words, or heron kill nomad/ads/devel words)",
            refused.Message);
    }

    [Fact]
    public async Task The_topology_is_free_again_once_the_first_operation_is_done()
    {
        await (await _gate.EnterAsync(Words, Update, new Caller("a"), CancellationToken.None)).DisposeAsync();

        await using var second = await _gate.EnterAsync(Words, Kill, new Caller("b"), CancellationToken.None);

        Assert.Equal("kill", (await _gate.HolderOfAsync("words", CancellationToken.None))?.Operation);
    }

    [Fact]
    public async Task Operations_on_different_topologies_do_not_exclude_each_other()
    {
        await using var first = await _gate.EnterAsync(Words, Update, new Caller("a"), CancellationToken.None);
        await using var second = await _gate.EnterAsync(Words with { Name = "numbers" }, Update, new Caller("a"), CancellationToken.None);

        Assert.NotNull((await _gate.HolderOfAsync("numbers", CancellationToken.None)));
    }

    [Fact]
    public async Task Background_work_gives_way_to_a_request()
    {
        var background = await _gate.TryEnterInBackgroundAsync("words", "recovery", CancellationToken.None);
        Assert.NotNull(background);

        var request = _gate.EnterAsync(Words, Kill, new Caller("a"), CancellationToken.None);
        Assert.True(background.GiveWay.IsCancellationRequested);
        Assert.False(request.IsCompleted);
        await background.DisposeAsync();

        await using var lease = await request.WaitAsync(Poll.Limit);
        Assert.Equal("kill", lease.Holder.Operation);
    }

    [Fact]
    public async Task Background_work_does_not_start_while_a_request_holds_the_topology()
    {
        await using var request = await _gate.EnterAsync(Words, Kill, new Caller("a"), CancellationToken.None);

        Assert.Null(await _gate.TryEnterInBackgroundAsync("words", "recovery", CancellationToken.None));
    }

    [Fact]
    public async Task A_kill_ends_whatever_else_is_done_and_waits_until_that_has_let_go()
    {
        var update = await _gate.EnterAsync(Words, Update, new Caller("a"), CancellationToken.None);

        var kill = _gate.EnterAsync(Words, Kill, new Caller("b"), CancellationToken.None);
        Assert.True(update.GiveWay.IsCancellationRequested);
        Assert.Equal("kill by b since 2024-05-01T10:00:00Z", update.Taker?.ToString());
        Assert.False(kill.IsCompleted);
        await update.DisposeAsync();

        await using var lease = await kill.WaitAsync(Poll.Limit);
        Assert.Equal(update.Holder, lease.TakenFrom);
    }

    [Fact]
    public async Task A_kill_ends_no_other_kill_and_nothing_that_is_done_at_another_place()
    {
        await using var first = await _gate.EnterAsync(Words, Kill, new Caller("a"), CancellationToken.None);
        await using var other = await _gate.EnterAsync(Words with { Name = "numbers" }, Update, new Caller("a"), CancellationToken.None);

        var second = await Assert.ThrowsAsync<HeronException>(() => _gate.EnterAsync(Words, Kill, new Caller("b"), CancellationToken.None));
        var elsewhere = await Assert.ThrowsAsync<HeronException>(
            () => _gate.EnterAsync(Words with { Name = "numbers", Role = "nobody" }, Kill, new Caller("b"), CancellationToken.None));

        Assert.Equal("Topology 'words' is busy: kill by a since 2024-05-01T10:00:00Z. Try again when that is done", second.Message);
        Assert.Equal(FaultKind.Conflict, elsewhere.Kind);
        Assert.False(first.GiveWay.IsCancellationRequested);
        Assert.False(other.GiveWay.IsCancellationRequested);
    }

    [Fact]
    public async Task What_nobody_waits_for_gives_way_to_its_own_place_only_and_others_are_not_told_who_does_it_where()
    {
        var update = await _gate.EnterAsync(Words, Update, new Caller("10.0.0.7", "alice"), CancellationToken.None);
        update.LetGiveWay();
        foreach (var operation in new[] { Update, Restart, Kill })
        {
            var refused = await Assert.ThrowsAsync<HeronException>(
                () => _gate.EnterAsync(Words with { Role = "nobody" }, operation, new Caller("b"), CancellationToken.None));
            Assert.Equal("Topology 'words' is busy: update in another cluster, role or environment. Try again when that is done", refused.Message);
        }

        Assert.False(update.GiveWay.IsCancellationRequested);
        var own = _gate.EnterAsync(Words, Restart, new Caller("b"), CancellationToken.None);
        Assert.True(update.GiveWay.IsCancellationRequested);
        await update.DisposeAsync();
        await using var lease = await own.WaitAsync(Poll.Limit);
    }

    [Fact]
    public async Task What_only_waits_is_replaced_by_a_request_of_its_kind_and_others_are_told_so()
    {
        var first = await _gate.EnterAsync(Words, Update, new Caller("a"), CancellationToken.None);
        await Assert.ThrowsAsync<HeronException>(() => _gate.EnterAsync(Words, Update, new Caller("b"), CancellationToken.None));
        using (first.Waiting())
        {
            var refused = await Assert.ThrowsAsync<HeronException>(
                () => _gate.EnterAsync(Words, Restart, new Caller("b"), CancellationToken.None));
            Assert.Contains("It waits: a new update takes its place", refused.Message, StringComparison.Ordinal);
        }

        await Assert.ThrowsAsync<HeronException>(() => _gate.EnterAsync(Words, Update, new Caller("b"), CancellationToken.None));
        using var again = first.Waiting();
        var second = _gate.EnterAsync(Words, Update, new Caller("b"), CancellationToken.None);
        Assert.True(first.GiveWay.IsCancellationRequested);
        await first.DisposeAsync();

        await using var lease = await second.WaitAsync(Poll.Limit);
        Assert.Equal("b", lease.Holder.Caller.Address);
    }

    [Fact]
    public async Task Of_many_at_once_exactly_one_enters()
    {
        var entered = 0;
        await Task.WhenAll(Enumerable.Range(0, 64).Select(i => Task.Run(async () =>
        {
            try
            {
                await _gate.EnterAsync(Words, Update, new Caller($"client {i}"), CancellationToken.None);
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
        var first = await _gate.EnterAsync(Words, Update, new Caller("a"), CancellationToken.None);
        await first.DisposeAsync();
        await using var second = await _gate.EnterAsync(Words, Kill, new Caller("b"), CancellationToken.None);
        await first.DisposeAsync();

        Assert.Equal("kill", (await _gate.HolderOfAsync("words", CancellationToken.None))?.Operation);
    }

    private sealed class FixedTime(DateTimeOffset now) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => now;
    }
}
