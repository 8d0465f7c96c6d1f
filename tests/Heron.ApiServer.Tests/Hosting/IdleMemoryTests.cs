// SPDX-License-Identifier: Apache-2.0
using Heron.ApiServer.Hosting;

namespace Heron.ApiServer.Tests.Hosting;

public sealed class IdleMemoryTests
{
    private const long Megabyte = 1024 * 1024;

    [Theory]
    [InlineData(1, 200, 20, true)]
    [InlineData(9, 200, 20, false)]
    [InlineData(1, 60, 20, false)]
    [InlineData(1, 200, 150, false)]
    [InlineData(1, 301, 150, true)]
    public void Memory_is_given_back_when_much_was_done_and_nothing_is_now(long lately, long since, long live, bool expected) =>
        Assert.Equal(expected, IdleMemory.IsTime(lately * Megabyte, since * Megabyte, live * Megabyte));

    [Fact]
    public void Blocks_that_nobody_uses_go_and_those_in_use_stay()
    {
        using var pool = new NetworkMemory();
        using var used = pool.Rent();
        used.Memory.Span.Fill(7);
        pool.Rent().Dispose();
        pool.Trim();
        using var next = pool.Rent();
        next.Memory.Span.Fill(9);
        Assert.Equal(7, used.Memory.Span[^1]);
    }
}
