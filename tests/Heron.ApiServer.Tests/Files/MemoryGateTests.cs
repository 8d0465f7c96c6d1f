// SPDX-License-Identifier: Apache-2.0
using Heron.ApiServer.Files;

namespace Heron.ApiServer.Tests.Files;

public sealed class MemoryGateTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Only_as_many_go_through_as_there_is_room_for_and_each_that_leaves_lets_one_in()
    {
        using var gate = new UploadGate(2);
        var first = await gate.EnterAsync(Token);
        using var second = await gate.EnterAsync(Token);
        var third = gate.EnterAsync(Token);
        Assert.False(third.IsCompleted);
        first.Dispose();
        first.Dispose();
        using var entered = await third;
        Assert.False(gate.EnterAsync(Token).IsCompleted);
    }

    [Fact]
    public async Task A_client_that_leaves_while_it_waits_takes_no_place()
    {
        using var gate = new UploadGate(1);
        using var left = new CancellationTokenSource();
        var first = await gate.EnterAsync(Token);
        var second = gate.EnterAsync(left.Token);
        await left.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => second);
        first.Dispose();
        using var third = await gate.EnterAsync(Token);
    }

    [Fact]
    public void A_gate_of_its_own_size_has_room_for_somebody()
    {
        using var gate = new UploadGate();
        Assert.True(gate.EnterAsync(Token).IsCompletedSuccessfully);
    }
}
