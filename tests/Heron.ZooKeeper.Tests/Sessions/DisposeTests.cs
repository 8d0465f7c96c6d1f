// SPDX-License-Identifier: Apache-2.0
using System.Diagnostics;
using System.Net;
using Heron.Testing;
using Heron.Testing.ZooKeeper;
using Heron.ZooKeeper.Protocol;
using Heron.ZooKeeper.Tests.Fakes;

namespace Heron.ZooKeeper.Tests.Sessions;

/// <summary>Disposing always ends, whatever the server does, and takes everything that waits with it.</summary>
public sealed class DisposeTests
{
    [Fact]
    public async Task The_server_is_told_that_the_session_is_over()
    {
        var closed = new TaskCompletionSource();
        await using var server = new FakeServer(async (peer, _) =>
        {
            await peer.WelcomeAsync();
            while (true)
            {
                FakeRequest request = await peer.RequestAsync();
                await peer.ReplyAsync(request.Xid, body: FakePeer.Body(request.Op));
                if (request.Op == OpCode.CloseSession)
                {
                    closed.SetResult();
                }
            }
        });
        ZooKeeperClient client = server.Client();
        await client.CreateAsync("/a");
        CancellationToken ended = client.SessionEnded;
        await client.DisposeAsync();
        await closed.Task.Soon();
        Assert.Equal(SessionState.Closed, client.Status.State);
        await Poll.UntilAsync(() => ended.IsCancellationRequested, "the token is not cancelled");
        await client.DisposeAsync();
    }

    [Theory]
    [InlineData("never connected")]
    [InlineData("no address for the name")]
    [InlineData("no answer to the TLS handshake")]
    [InlineData("no answer to the handshake")]
    [InlineData("no answer to anything")]
    [InlineData("not even reading")]
    public async Task It_ends_whatever_the_server_does(string how)
    {
        var arrived = new TaskCompletionSource();
        await using var server = new FakeServer(async (peer, _) =>
        {
            if (how == "no answer to the TLS handshake")
            {
                arrived.TrySetResult();
                return;
            }

            if (how == "no answer to the handshake")
            {
                await peer.ReadHelloAsync();
                arrived.TrySetResult();
                return;
            }

            await peer.WelcomeAsync(timeout: 60_000);
            while (how == "no answer to anything")
            {
                await peer.FrameAsync();
            }
        });
        ZooKeeperClient client = how == "never connected"
            ? ZooKeeperClient.Start(ZooKeeperOptions.For($"127.0.0.1:{Loopback.FreePorts(1)[0]}"))
            : server.Client(o => how switch
            {
                "no address for the name" => o with { Servers = ConnectionString.Parse("name.test:1"), Resolve = NeverAsync },
                "no answer to the TLS handshake" => o with { Tls = new ZooKeeperTlsOptions() },
                _ => o,
            });
        if (how is "no address for the name" or "no answer to the TLS handshake" or "no answer to the handshake")
        {
            await arrived.Task.Soon();
        }

        if (how.StartsWith("no answer to any", StringComparison.Ordinal) || how == "not even reading")
        {
            await client.WaitUntilConnectedAsync();
        }

        byte[] data = how == "not even reading" ? new byte[500_000] : [];
        Task<CreatedNode>[] waiting = [.. Enumerable.Range(0, 40).Select(i => client.CreateAsync($"/{i}", data))];
        Task<NodeData?> stream = client.WatchDataAsync("/x").FirstAsync(d => d is not null).AsTask();
        Task<SessionStatus> states = client.Feed(s => s.State == SessionState.Closed);
        var clock = Stopwatch.StartNew();
        await client.DisposeAsync().AsTask().Soon();
        Assert.InRange(clock.Elapsed.TotalSeconds, 0, 40);
        foreach (Task each in waiting)
        {
            ZooKeeperException e = await Assert.ThrowsAnyAsync<ZooKeeperException>(() => each.Soon());
            Assert.True(e.Code is ErrorCode.Closed or ErrorCode.OperationTimeout, e.ToString());
        }

        await Assert.ThrowsAsync<ZooKeeperSessionException>(() => stream.Soon());
        await states.Soon();
        ZooKeeperSessionException after = await Assert.ThrowsAsync<ZooKeeperSessionException>(() => client.ExistsAsync("/a"));
        Assert.Equal((ErrorCode.Closed, false), (after.Code, after.MayHaveHappened));
        await Assert.ThrowsAsync<ZooKeeperSessionException>(() => client.WaitUntilConnectedAsync());

        async Task<IPAddress[]> NeverAsync(string name, CancellationToken cancellationToken)
        {
            arrived.TrySetResult();
            await Task.Delay(Timeout.Infinite, cancellationToken);
            return [];
        }
    }

    [Fact]
    public async Task A_watch_that_is_set_fires_at_the_end()
    {
        await using var server = FakeServer.Serving();
        ZooKeeperClient client = server.Client();
        using var watch = new NodeWatch();
        await client.GetDataAsync("/a", watch);
        await client.DisposeAsync();
        Assert.Equal(WatchEventType.SessionEnded, (await watch.Fired.Soon()).Type);
    }
}
