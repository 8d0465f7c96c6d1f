// SPDX-License-Identifier: Apache-2.0
using Heron.Testing;
using Heron.Testing.ZooKeeper;
using Heron.ZooKeeper.Tests.Fakes;
using Heron.ZooKeeper.Tests.Servers;

namespace Heron.ZooKeeper.Tests.Recipes;

/// <summary>Writes whose answer is lost: the proxy lets the request through and swallows or cuts the answer.</summary>
public sealed class NodeWritesTests(SingleServer shared)
{
    [Fact]
    public async Task A_create_whose_answer_was_lost_is_recognised_as_ours()
    {
        await using Broken broken = await StartAsync();
        NodeStat stat = await broken.Client.CreateOrVerifyAsync("/a", "mine"u8.ToArray());
        Assert.Equal(0, stat.Version);
        Assert.Equal(2, broken.Proxy.Connections);
        Assert.Equal(stat, (await broken.Direct.GetDataAsync("/a")).Stat);
    }

    [Fact]
    public async Task A_create_whose_answer_was_lost_fails_when_the_node_is_another_ones()
    {
        await using Broken broken = await StartAsync();
        await broken.Direct.CreateAsync("/a", "theirs"u8.ToArray());
        ZooKeeperException e = await Assert.ThrowsAsync<ZooKeeperServerException>(() => broken.Client.CreateOrVerifyAsync("/a", "mine"u8.ToArray()));
        Assert.Equal((ErrorCode.NodeExists, false), (e.Code, e.MayHaveHappened));
    }

    [Fact]
    public async Task An_ephemeral_create_whose_answer_was_lost_is_recognised_by_its_owner()
    {
        await using Broken broken = await StartAsync();
        NodeStat stat = await broken.Client.CreateOrVerifyAsync("/a", default, CreateMode.Ephemeral);
        Assert.Equal(broken.Client.Status.SessionId, stat.EphemeralOwner);
    }

    [Fact]
    public async Task A_set_whose_answer_was_lost_is_done_once()
    {
        await using Broken broken = await StartAsync();
        await broken.Direct.CreateAsync("/a");
        Assert.Equal(1, (await broken.Client.SetIfVersionAsync("/a", "x"u8.ToArray(), 0)).Version);
        Assert.Equal(1, (await broken.Direct.GetDataAsync("/a")).Stat.Version);
        ZooKeeperException e = await Assert.ThrowsAsync<ZooKeeperServerException>(() => broken.Client.SetIfVersionAsync("/a", "y"u8.ToArray(), 0));
        Assert.Equal(ErrorCode.BadVersion, e.Code);
    }

    [Fact]
    public async Task A_delete_whose_answer_was_lost_succeeds_and_deleting_nothing_is_no_failure()
    {
        await using Broken broken = await StartAsync();
        await broken.Direct.CreateAsync("/a");
        await broken.Client.DeleteQuietlyAsync("/a");
        Assert.Null(await broken.Direct.ExistsAsync("/a"));
        Assert.False(await broken.Client.DeleteQuietlyAsync("/a"));
    }

    [Fact]
    public async Task A_multi_whose_answer_was_lost_is_done_once()
    {
        await using Broken broken = await StartAsync();
        await broken.Client.MultiOrVerifyAsync(
            [Operation.Create("/a"), Operation.Create("/b")],
            async token => await broken.Client.ExistsAsync("/a", cancellationToken: token) is not null);
        Assert.NotNull(await broken.Direct.ExistsAsync("/b"));
    }

    [Fact]
    public async Task A_protected_sequential_node_whose_answer_was_lost_exists_once()
    {
        await using Broken broken = await StartAsync();
        await broken.Direct.CreateAsync("/q");
        string path = await broken.Client.CreateProtectedAsync("/q", "n-");
        NodeChildren children = await broken.Direct.GetChildrenAsync("/q");
        Assert.Equal([NodePath.Name(path)], children.Names);
    }

    [Fact]
    public async Task A_protected_node_nobody_waits_for_any_more_is_deleted()
    {
        await using Broken broken = await StartAsync(swallow: true);
        await broken.Direct.CreateAsync("/q");
        using var source = new CancellationTokenSource();
        Task<string> creating = broken.Client.CreateProtectedAsync("/q", "n-", cancellationToken: source.Token);
        await Poll.UntilAsync(async () => (await broken.Direct.GetChildrenAsync("/q")).Names.Count == 1, () => "the node is not made");
        await source.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => creating);
        await broken.Client.Feed(s => s.Connections == 2);
        await Poll.UntilAsync(
            async () => (await broken.Direct.GetChildrenAsync("/q")) is { Names.Count: 0, Stat.ChildrenVersion: 2 },
            () => "the node is still there");
    }

    [Fact]
    public async Task A_doubt_that_cannot_be_cleared_up_in_time_is_said()
    {
        await using Broken broken = await StartAsync();
        broken.Proxy.Fault = new ProxyFault { Refuse = true };
        ZooKeeperException e = await Assert.ThrowsAsync<ZooKeeperConnectionException>(() => broken.Client.CreateOrVerifyAsync("/a", timeout: TimeSpan.FromSeconds(2)));
        Assert.True(e.MayHaveHappened);
    }

    [Fact]
    public async Task Concurrent_creators_of_one_path_all_succeed()
    {
        await using ZooKeeperClient one = await shared.ClientAsync();
        await using ZooKeeperClient two = ZooKeeperClient.Start(one.Options);
        await Task.WhenAll(Enumerable.Range(0, 20).Select(i => (i % 2 == 0 ? one : two).EnsurePathAsync("/x/y/z")));
        Assert.NotNull(await one.ExistsAsync("/x/y/z"));
        await one.EnsurePathAsync("/");
    }

    [Fact]
    public async Task The_chroot_is_created_from_above_itself()
    {
        string root = $"/{Guid.NewGuid():N}/deep/er";
        await using ZooKeeperClient client = ZooKeeperClient.Start(ZooKeeperOptions.For(shared.Server.ConnectionString + root));
        ZooKeeperException e = await Assert.ThrowsAsync<ZooKeeperServerException>(() => client.EnsurePathAsync("/a"));
        Assert.Equal(ErrorCode.NoNode, e.Code);
        await client.EnsureRootAsync();
        await client.EnsureRootAsync();
        await client.EnsurePathAsync("/a");
        Assert.NotNull(await client.ExistsAsync("/"));
        await using ZooKeeperClient above = ZooKeeperClient.Start(ZooKeeperOptions.For(shared.Server.ConnectionString));
        Assert.NotNull(await above.ExistsAsync(root + "/a"));
        await above.EnsureRootAsync();
    }

    [Fact]
    public async Task Paths_that_exist_are_enough_where_nothing_may_be_created()
    {
        await using ZooKeeperClient client = await shared.ClientAsync();
        await client.EnsurePathAsync("/closed/a");
        await client.SetAclAsync("/closed", Acl.ReadOnly);
        await client.EnsurePathAsync("/closed/a/b");
        ZooKeeperException e = await Assert.ThrowsAsync<ZooKeeperServerException>(() => client.EnsurePathAsync("/closed/c"));
        Assert.Equal((ErrorCode.NoAuth, "/closed/c"), (e.Code, e.Path));
        await using ZooKeeperClient below = ZooKeeperClient.Start(ZooKeeperOptions.For(client.Options.Servers + "/closed/a/root"));
        await below.EnsureRootAsync();
        Assert.NotNull(await client.ExistsAsync("/closed/a/root"));
    }

    /// <summary>A client whose first connection lets 44 bytes of handshake and then no answer through.</summary>
    private async Task<Broken> StartAsync(bool swallow = false)
    {
        const int HandshakeReply = 41;
        ProxyFault lost = swallow ? new ProxyFault { SwallowDownAfter = HandshakeReply } : new ProxyFault { CutDownAfter = HandshakeReply + 1 };
        ZooKeeperClient direct = await shared.ClientAsync();
        var broken = new Broken { Direct = direct };
        broken.Proxy = new BreakingProxy(shared.Server.Port, n => n == 0 ? lost : broken.Proxy.Fault);
        broken.Client = ZooKeeperClient.Start(direct.Options with
        {
            Servers = ConnectionString.Parse(broken.Proxy.ConnectionString + direct.Options.Servers.Chroot),

            // As short as may be where a silent connection has to be given up first.
            SessionTimeout = TimeSpan.FromSeconds(swallow ? 6 : 60),
        });
        await broken.Client.WaitUntilConnectedAsync();
        return broken;
    }

    private sealed class Broken : IAsyncDisposable
    {
        public BreakingProxy Proxy { get; set; } = null!;

        public ZooKeeperClient Client { get; set; } = null!;

        public required ZooKeeperClient Direct { get; init; }

        public async ValueTask DisposeAsync()
        {
            await Client.DisposeAsync();
            await Direct.DisposeAsync();
            await Proxy.DisposeAsync();
        }
    }
}
