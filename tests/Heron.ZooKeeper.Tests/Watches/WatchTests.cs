// SPDX-License-Identifier: Apache-2.0
using Heron.Testing.ZooKeeper;
using Heron.Testing;
using Heron.ZooKeeper.Protocol;
using Heron.ZooKeeper.Tests.Fakes;
using Heron.ZooKeeper.Tests.Servers;

namespace Heron.ZooKeeper.Tests.Watches;

public sealed class WatchTests(SingleServer shared)
{
    [Fact]
    public async Task Every_kind_of_watch_fires_once_for_what_it_watches()
    {
        await using ZooKeeperClient client = await shared.ClientAsync();
        using NodeWatch absent = new(), data = new(), children = new(), gone = new();
        Assert.Null(await client.ExistsAsync("/a", absent));
        await client.CreateAsync("/a");
        Assert.Equal(new WatchEvent(WatchEventType.NodeCreated, "/a"), await absent.Fired.Soon());
        await client.GetDataAsync("/a", data);
        await client.GetChildrenAsync("/a", children);
        await client.SetDataAsync("/a", "x"u8.ToArray());
        Assert.Equal(new WatchEvent(WatchEventType.NodeDataChanged, "/a"), await data.Fired.Soon());
        await client.CreateAsync("/a/b");
        Assert.Equal(new WatchEvent(WatchEventType.NodeChildrenChanged, "/a"), await children.Fired.Soon());
        await client.ExistsAsync("/a/b", gone);
        await client.DeleteAsync("/a/b");
        Assert.Equal(new WatchEvent(WatchEventType.NodeDeleted, "/a/b"), await gone.Fired.Soon());
    }

    [Fact]
    public async Task Watches_of_one_path_share_one_event_and_a_forgotten_one_does_not_take_it_from_the_others()
    {
        await using ZooKeeperClient client = await shared.ClientAsync();
        await client.CreateAsync("/a");
        using NodeWatch one = new(), two = new(), three = new();
        await client.GetDataAsync("/a", one);
        await client.GetDataAsync("/a", two);
        await client.ExistsAsync("/a", three);
        two.Dispose();
        await client.SetDataAsync("/a", default);
        await Task.WhenAll(one.Fired, three.Fired).Soon();
        Assert.False(two.Fired.IsCompleted);
    }

    [Fact]
    public async Task A_failed_read_leaves_no_watch()
    {
        await using ZooKeeperClient client = await shared.ClientAsync();
        using var watch = new NodeWatch();
        await Assert.ThrowsAsync<ZooKeeperServerException>(() => client.GetDataAsync("/a", watch));
        Assert.Null(await client.TryGetDataAsync("/a", watch));
        await Assert.ThrowsAsync<ZooKeeperServerException>(() => client.GetChildrenAsync("/a", watch));
        await client.CreateAsync("/a");
        await client.SyncAsync();
        Assert.False(watch.Fired.IsCompleted);
    }

    [Fact]
    public async Task Code_that_blocks_in_a_watch_stalls_neither_pings_nor_answers()
    {
        await using ZooKeeperClient client = await shared.ClientAsync(o => o with { SessionTimeout = TimeSpan.FromSeconds(6) });
        await client.CreateAsync("/a");
        using var watch = new NodeWatch();
        using var release = new ManualResetEventSlim();
        await client.GetDataAsync("/a", watch);
        Task blocked = watch.Fired.ContinueWith(_ => release.Wait(Poll.Limit), TaskContinuationOptions.ExecuteSynchronously);
        await client.SetDataAsync("/a", default);
        await watch.Fired.Soon();
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(7));
        await foreach (SessionStatus status in client.WatchStatusAsync().TakeUntil(limit.Token))
        {
            Assert.Equal((SessionState.Connected, 1L), (status.State, status.Connections));
        }

        Assert.NotNull(await client.ExistsAsync("/a"));
        Assert.False(blocked.IsCompleted);
        release.Set();
        await blocked.Soon();
    }

    [Fact]
    public async Task A_watch_survives_a_reconnect_and_tells_what_happened_meanwhile()
    {
        await using var proxy = new BreakingProxy(shared.Server.Port);
        await using ZooKeeperClient direct = await shared.ClientAsync();
        await using ZooKeeperClient client = ZooKeeperClient.Start(direct.Options with { Servers = ConnectionString.Parse(proxy.ConnectionString + direct.Options.Servers.Chroot) });
        await direct.CreateAsync("/data");
        await direct.CreateAsync("/quiet");
        await direct.CreateAsync("/parent");
        using NodeWatch data = new(), absent = new(), children = new(), quiet = new();
        await client.GetDataAsync("/data", data);
        await client.ExistsAsync("/absent", absent);
        await client.GetChildrenAsync("/parent", children);
        await client.GetDataAsync("/quiet", quiet);
        proxy.Fault = new ProxyFault { Refuse = true };
        proxy.CutAll();
        await client.Feed(s => s.State == SessionState.Suspended);
        await direct.SetDataAsync("/data", "x"u8.ToArray());
        await direct.CreateAsync("/absent");
        await direct.CreateAsync("/parent/child");
        proxy.Fault = ProxyFault.None;
        Assert.Equal(new WatchEvent(WatchEventType.NodeDataChanged, "/data"), await data.Fired.Soon());
        Assert.Equal(new WatchEvent(WatchEventType.NodeCreated, "/absent"), await absent.Fired.Soon());
        Assert.Equal(new WatchEvent(WatchEventType.NodeChildrenChanged, "/parent"), await children.Fired.Soon());
        Assert.False(quiet.Fired.IsCompleted);
        await direct.DeleteAsync("/quiet");
        Assert.Equal(new WatchEvent(WatchEventType.NodeDeleted, "/quiet"), await quiet.Fired.Soon());
        Assert.Equal(0, client.Status.Epoch);
    }

    [Fact]
    public async Task A_data_stream_shows_creation_changes_and_deletion_over_reconnects_and_a_new_session()
    {
        await using var proxy = new BreakingProxy(shared.Server.Port);
        await using ZooKeeperClient direct = await shared.ClientAsync();
        await using ZooKeeperClient client = ZooKeeperClient.Start(direct.Options with { Servers = ConnectionString.Parse(proxy.ConnectionString + direct.Options.Servers.Chroot) });
        await using IAsyncEnumerator<NodeData?> stream = client.WatchDataAsync("/a").GetAsyncEnumerator();
        Assert.Null(await NextAsync());
        await direct.CreateAsync("/a", new byte[] { 1 });
        Assert.Equal([1], (await NextAsync())!.Data);
        proxy.CutAll();
        await direct.SetDataAsync("/a", new byte[] { 2 });
        Assert.Equal([2], (await NextAsync())!.Data);
        await SessionKiller.KillAsync(client, shared.Server.Port);
        await direct.SetDataAsync("/a", new byte[] { 3 });
        Assert.Equal([3], (await NextAsync())!.Data);
        await client.Feed(s => s.Epoch == 1 && s.State == SessionState.Connected);
        await direct.DeleteAsync("/a");
        Assert.Null(await NextAsync());

        async Task<NodeData?> NextAsync()
        {
            Assert.True(await stream.MoveNextAsync().AsTask().Soon());
            return stream.Current;
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_stream_outlives_an_answer_that_cannot_be_read(bool ofExists)
    {
        OpCode garbled = ofExists ? OpCode.Exists : OpCode.GetData;
        await using var server = new FakeServer(async (peer, number) =>
        {
            await peer.WelcomeAsync();
            while (true)
            {
                FakeRequest request = await peer.RequestAsync();
                bool absent = number == 0 && ofExists && request.Op == OpCode.GetData;
                bool cut = number == 0 && request.Op == garbled;
                await peer.ReplyAsync(request.Xid, absent ? ErrorCode.NoNode : ErrorCode.Ok, 1, absent ? null : cut ? w => w.Int(1000) : FakePeer.Body(request.Op));
            }
        });
        await using ZooKeeperClient client = server.Client();

        NodeData? seen = await client.WatchDataAsync("/a").FirstAsync(d => d is not null).AsTask().Soon();

        Assert.NotNull(seen);
        Assert.Equal("data"u8, seen.Data);
        Assert.Equal(2, server.Connections);
    }

    [Fact]
    public async Task A_children_stream_shows_every_last_state_and_leaves_no_watch_behind()
    {
        await using ZooKeeperClient client = await shared.ClientAsync();
        await using (IAsyncEnumerator<NodeChildren?> stream = client.WatchChildrenAsync("/p").GetAsyncEnumerator())
        {
            Assert.True(await stream.MoveNextAsync().AsTask().Soon());
            Assert.Null(stream.Current);
            await client.CreateAsync("/p");
            Assert.True(await stream.MoveNextAsync().AsTask().Soon());
            Assert.Empty(stream.Current!.Names);
            await client.CreateAsync("/p/a");
            await client.CreateAsync("/p/b");
            do
            {
                Assert.True(await stream.MoveNextAsync().AsTask().Soon());
            }
            while (stream.Current!.Names.Count < 2);

            Assert.Equal(["a", "b"], stream.Current.Names.Order());
        }

        Assert.Equal(0, client.WatchCount);
    }
}
