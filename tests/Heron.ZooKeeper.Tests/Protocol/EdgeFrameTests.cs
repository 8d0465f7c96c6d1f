// SPDX-License-Identifier: Apache-2.0
using System.Text;
using Heron.ZooKeeper.Protocol;
using Heron.ZooKeeper.Tests.Fakes;

namespace Heron.ZooKeeper.Tests.Protocol;

/// <summary>What a broken or hostile server may send: the connection is dropped, the next one works, nothing hangs.</summary>
public sealed class EdgeFrameTests
{
    [Theory]
    [InlineData(-1)]
    [InlineData(int.MinValue)]
    [InlineData(int.MaxValue)]
    [InlineData(0x100000)]
    public async Task An_impossible_frame_length_ends_the_connection(int length)
    {
        await FailsThenRecovers(async (peer, _) => await peer.SendLengthAsync(length));
    }

    [Fact]
    public Task An_answer_to_another_request_ends_the_connection() =>
        FailsThenRecovers((peer, request) => peer.ReplyAsync(request.Xid + 1, body: FakePeer.Body(request.Op)));

    [Fact]
    public Task A_header_that_is_cut_off_ends_the_connection() =>
        FailsThenRecovers((peer, request) => peer.SendAsync(w => w.Int(request.Xid)));

    [Fact]
    public Task An_empty_frame_ends_the_connection() => FailsThenRecovers((peer, _) => peer.SendAsync(_ => { }));

    [Fact]
    public Task An_answer_nobody_waits_for_ends_the_connection() =>
        FailsThenRecovers(async (peer, request) =>
        {
            await peer.ReplyAsync(request.Xid, body: FakePeer.Body(request.Op));
            await peer.ReplyAsync(request.Xid + 1);
        }, answered: true);

    [Fact]
    public async Task A_body_that_cannot_be_read_fails_the_call_and_says_that_it_may_have_happened()
    {
        await using var server = new FakeServer(async (peer, number) =>
        {
            await peer.WelcomeAsync();
            if (number == 0)
            {
                FakeRequest request = await peer.RequestAsync();
                await peer.ReplyAsync(request.Xid, body: w => w.Int(1_000_000)); // a path that claims a million bytes
            }

            await peer.ServeAsync();
        });
        await using ZooKeeperClient client = server.Client();
        ZooKeeperProtocolException e = await Assert.ThrowsAsync<ZooKeeperProtocolException>(() => client.CreateAsync("/a"));
        Assert.True(e.MayHaveHappened);
        Assert.Equal("/a", e.Path);
        Assert.NotNull(await client.ExistsAsync("/a"));
        Assert.Equal(2, server.Connections);
    }

    [Fact]
    public async Task Answers_that_arrive_byte_by_byte_are_put_together()
    {
        await using var server = new FakeServer(async (peer, _) =>
        {
            await peer.WelcomeAsync();
            FakeRequest request = await peer.RequestAsync();
            var writer = new JuteWriter(1000);
            writer.Int(request.Xid);
            writer.Long(1);
            writer.Int(0);
            FakePeer.Body(OpCode.GetData)!(writer);
            foreach (byte b in writer.Finish().Memory.ToArray())
            {
                await peer.SendRawAsync(b);
            }

            await peer.ServeAsync();
        });
        await using ZooKeeperClient client = server.Client();
        Assert.Equal("data", Encoding.UTF8.GetString((await client.GetDataAsync("/a")).Data));
    }

    [Fact]
    public async Task A_node_without_data_and_a_null_string_read_as_empty()
    {
        await using var server = new FakeServer(async (peer, _) =>
        {
            await peer.WelcomeAsync();
            FakeRequest request = await peer.RequestAsync();
            await peer.ReplyAsync(request.Xid, body: w =>
            {
                w.Int(-1);
                FakePeer.Stat(w, FakePeer.SomeStat);
            });
            request = await peer.RequestAsync();
            await peer.ReplyAsync(request.Xid, body: w =>
            {
                w.Int(-1);
                FakePeer.Stat(w, FakePeer.SomeStat);
            });
            await peer.ServeAsync();
        });
        await using ZooKeeperClient client = server.Client();
        NodeData data = await client.GetDataAsync("/a");
        Assert.Empty(data.Data);
        Assert.Equal(FakePeer.SomeStat, data.Stat);
        Assert.Empty((await client.GetChildrenAsync("/a")).Names);
    }

    [Fact]
    public async Task A_request_larger_than_the_limit_fails_here_and_the_connection_stays()
    {
        await using var server = FakeServer.Serving();
        await using ZooKeeperClient client = server.Client();
        ZooKeeperProtocolException e = await Assert.ThrowsAsync<ZooKeeperProtocolException>(() => client.CreateAsync("/a", new byte[0x100000]));
        Assert.False(e.MayHaveHappened);
        Assert.Contains("MaxFrameBytes", e.Message, StringComparison.Ordinal);
        await client.CreateAsync("/a", new byte[0xf0000]);
        Assert.Equal(1, server.Connections);
    }

    [Fact]
    public async Task An_answer_above_the_limit_fails_the_read_at_once_and_is_not_asked_for_again()
    {
        int reads = 0;
        await using var server = new FakeServer(async (peer, _) =>
        {
            await peer.WelcomeAsync();
            while (true)
            {
                FakeRequest request = await peer.RequestAsync();
                reads += request.Op == OpCode.GetData ? 1 : 0;
                await peer.ReplyAsync(request.Xid, body: request.Op == OpCode.GetData ? w => w.Buffer(new byte[3000]) : FakePeer.Body(request.Op));
            }
        });
        await using ZooKeeperClient client = server.Client(o => o with { MaxFrameBytes = 2000 });
        ZooKeeperException e = await Assert.ThrowsAsync<ZooKeeperConnectionException>(() => client.GetDataAsync("/a"));
        Assert.Contains("MaxFrameBytes", e.Message, StringComparison.Ordinal);
        Assert.Equal(1, reads);
        Assert.NotNull(await client.ExistsAsync("/a"));
    }

    [Fact]
    public async Task Watches_that_a_server_does_not_set_again_are_set_on_the_next_connection()
    {
        await using var server = new FakeServer(async (peer, number) =>
        {
            await peer.WelcomeAsync();
            FakeRequest request = await peer.RequestAsync();
            await peer.ReplyAsync(request.Xid, number == 1 ? ErrorCode.Throttled : ErrorCode.Ok, body: FakePeer.Body(request.Op));
            if (number == 0)
            {
                peer.Dispose();
                return;
            }

            if (number == 2)
            {
                Assert.Equal(["/a"], request.Watches().Data);
                await peer.EventAsync(WatchEventType.NodeDataChanged, "/a");
            }

            await peer.ServeAsync();
        });
        await using ZooKeeperClient client = server.Client();
        using var watch = new NodeWatch();
        await client.GetDataAsync("/a", watch);
        Assert.Equal(WatchEventType.NodeDataChanged, (await watch.Fired.Soon()).Type);
    }

    [Fact]
    public async Task A_watch_has_fired_when_an_answer_that_came_after_its_event_is_seen()
    {
        await using var server = new FakeServer(async (peer, _) =>
        {
            await peer.WelcomeAsync();
            while (true)
            {
                FakeRequest request = await peer.RequestAsync();
                if (request.Op == OpCode.Exists)
                {
                    await peer.EventAsync(WatchEventType.NodeDataChanged, "/a");
                }

                await peer.ReplyAsync(request.Xid, body: FakePeer.Body(request.Op));
            }
        });
        await using ZooKeeperClient client = server.Client();
        for (int i = 0; i < 50; i++)
        {
            using var watch = new NodeWatch();
            await client.GetDataAsync("/a", watch);
            Assert.False(watch.Fired.IsCompleted);
            await client.ExistsAsync("/b");
            Assert.True(watch.Fired.IsCompleted);
        }
    }

    [Fact]
    public async Task An_unknown_event_type_and_error_code_do_no_harm()
    {
        await using var server = new FakeServer(async (peer, _) =>
        {
            await peer.WelcomeAsync();
            await peer.EventAsync((WatchEventType)99, "/a");
            FakeRequest request = await peer.RequestAsync();
            await peer.ReplyAsync(request.Xid, (ErrorCode)(-999));
            await peer.ServeAsync();
        });
        await using ZooKeeperClient client = server.Client();
        ZooKeeperServerException e = await Assert.ThrowsAsync<ZooKeeperServerException>(() => client.DeleteAsync("/a"));
        Assert.Equal(-999, (int)e.Code);
        Assert.NotNull(await client.ExistsAsync("/a"));
        Assert.Equal(1, server.Connections);
    }

    [Fact]
    public async Task A_flood_of_events_does_not_starve_requests()
    {
        await using var server = new FakeServer(async (peer, _) =>
        {
            await peer.WelcomeAsync();
            Task flood = Task.Run(async () =>
            {
                for (int i = 0; i < 20_000; i++)
                {
                    await peer.EventAsync(WatchEventType.NodeDataChanged, "/flood");
                }
            });
            await peer.RequestAsync();
            await flood;
            await peer.ReplyAsync(1, body: FakePeer.Body(OpCode.Exists));
            await peer.ServeAsync();
        });
        await using ZooKeeperClient client = server.Client();
        Assert.NotNull(await client.ExistsAsync("/a"));
    }

    [Theory]
    [InlineData(new byte[] { 0x15, 0x03, 0x03, 0x00, 0x02, 0x02, 0x28 }, "TLS")]
    [InlineData(new byte[] { (byte)'H', (byte)'T', (byte)'T', (byte)'P', (byte)'/', (byte)'1' }, "HTTP")]
    [InlineData(new byte[] { 0x7f, 0xff, 0xff, 0xff }, "not ZooKeeper's")]
    public async Task A_port_that_speaks_something_else_is_named(byte[] answer, string word)
    {
        await using var server = new FakeServer(async (peer, _) =>
        {
            await peer.ReadHelloAsync();
            await peer.SendRawAsync(answer);
        });
        await using ZooKeeperClient client = server.Client();
        await client.FailsSaying(word);
    }

    private static async Task FailsThenRecovers(Func<FakePeer, FakeRequest, Task> breakIt, bool answered = false)
    {
        await using var server = new FakeServer(async (peer, number) =>
        {
            await peer.WelcomeAsync();
            if (number == 0)
            {
                FakeRequest request = await peer.RequestAsync();
                await breakIt(peer, request);
            }

            await peer.ServeAsync();
        });
        await using ZooKeeperClient client = server.Client();
        if (answered)
        {
            await client.CreateAsync("/a");
            await client.Feed(s => s.Connections == 2);
        }
        else
        {
            ZooKeeperConnectionException e = await Assert.ThrowsAsync<ZooKeeperConnectionException>(() => client.CreateAsync("/a"));
            Assert.Equal(ErrorCode.ConnectionLoss, e.Code);
            Assert.True(e.MayHaveHappened);
        }

        await client.CreateAsync("/b");
        Assert.Equal(2, server.Connections);
        Assert.Equal(0, client.Status.Epoch);
    }
}
