// SPDX-License-Identifier: Apache-2.0
using Heron.Core;
using Heron.Core.Storage;
using Heron.Scheduler.Nomad.Observing;

namespace Heron.Scheduler.Nomad.Tests.Observing;

public sealed class FollowedOutputTests
{
    [Fact]
    public async Task A_connection_that_breaks_is_told_to_the_reader()
    {
        var fault = await Assert.ThrowsAsync<HeronException>(() => ReadAsync(new IOException("reset by peer")));

        Assert.Equal((FaultKind.Unavailable, "the connection to Nomad broke"), (fault.Kind, fault.Message));
    }

    [Fact]
    public async Task Whatever_ends_it_ends_the_reader_s_wait() =>
        await Assert.ThrowsAsync<InvalidOperationException>(() => ReadAsync(new InvalidOperationException("unforeseen")));

    private static async Task<int> ReadAsync(Exception fault)
    {
        var token = TestContext.Current.CancellationToken;
        var followed = new FollowedOutput(_ => Task.FromResult("a"), (_, _) => Task.FromResult<Stream?>(null), TimeProvider.System);
        await using var stream = followed.Begin("a", new BrokenStream(fault));
        return await stream.ReadAsync(new byte[1], token);
    }

    private sealed class BrokenStream(Exception fault) : ForwardStream
    {
        public override int Read(Span<byte> buffer) => throw fault;

        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            await Task.Yield();
            throw fault;
        }
    }
}
