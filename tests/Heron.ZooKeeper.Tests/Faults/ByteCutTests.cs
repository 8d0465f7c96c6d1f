// SPDX-License-Identifier: Apache-2.0
using Heron.Testing;
using Heron.Testing.ZooKeeper;
using Heron.ZooKeeper.Tests.Fakes;
using Heron.ZooKeeper.Tests.Servers;

namespace Heron.ZooKeeper.Tests.Faults;

/// <summary>
/// One session's life, repeated with the connection cut after every n-th byte in each direction: whatever the cut hits, the
/// outcome is the same.
/// </summary>
[Trait("Category", Soak.Category)]
public sealed class ByteCutTests(SingleServer shared)
{
    private const int AtOnce = 4;

    [Fact]
    public async Task A_cut_after_every_nth_byte_to_the_server_changes_nothing_in_the_outcome()
    {
        (long up, _) = await RunAsync(_ => ProxyFault.None);
        await EachAsync(up, n => new ProxyFault { CutUpAfter = n });
    }

    [Fact]
    public async Task A_cut_after_every_nth_byte_to_the_client_changes_nothing_in_the_outcome()
    {
        (_, long down) = await RunAsync(_ => ProxyFault.None);
        await EachAsync(down, n => new ProxyFault { CutDownAfter = n });
    }

    private async Task EachAsync(long bytes, Func<long, ProxyFault> cut)
    {
        int step = Soak.Pick(3, 1);
        var points = Enumerable.Range(0, (int)(bytes / step) + 1).Select(i => 1L + (i * step));
        await Parallel.ForEachAsync(points, new ParallelOptions { MaxDegreeOfParallelism = AtOnce }, async (n, _) =>
        {
            try
            {
                // Two cuts in a row, so that finding out what happened is interrupted as well.
                await RunAsync(connection => connection < 2 ? cut(n) : ProxyFault.None).WaitAsync(2 * Poll.Limit);
            }
            catch (Exception e)
            {
                throw new InvalidOperationException($"cut after {n} of {bytes} bytes", e);
            }
        });
    }

    private async Task<(long Up, long Down)> RunAsync(Func<int, ProxyFault> fault)
    {
        await using var proxy = new BreakingProxy(shared.Server.Port, fault);
        await using ZooKeeperClient direct = await shared.ClientAsync();
        await using (ZooKeeperClient client = ZooKeeperClient.Start(direct.Options with
        {
            Servers = ConnectionString.Parse(proxy.ConnectionString + direct.Options.Servers.Chroot),
            SessionTimeout = TimeSpan.FromSeconds(60),
            OperationTimeout = Poll.Limit,
            ReconnectDelay = TimeSpan.FromMilliseconds(5),
            MaxReconnectDelay = TimeSpan.FromMilliseconds(50),
        }))
        {
            await LifeAsync(client, direct);
            Assert.Equal(0, client.Status.Epoch);
            Assert.Single((await direct.GetChildrenAsync("/a")).Names);
        }

        NodeData a = await direct.GetDataAsync("/a");
        Assert.Equal("final"u8.ToArray(), a.Data);
        Assert.Equal(2, a.Stat.Version);
        NodeStat b = (await direct.ExistsAsync("/b"))!;
        Assert.Equal(0, b.Version);
        Assert.Null(await direct.ExistsAsync("/c"));
        return (proxy.BytesUp, proxy.BytesDown);
    }

    private static async Task LifeAsync(ZooKeeperClient client, ZooKeeperClient direct)
    {
        await client.CreateOrVerifyAsync("/a", "first"u8.ToArray());
        await using IAsyncEnumerator<NodeData?> stream = client.WatchDataAsync("/a").GetAsyncEnumerator();
        Assert.True(await stream.MoveNextAsync());
        Assert.Equal("first"u8.ToArray(), stream.Current!.Data);
        using var created = new NodeWatch();
        Assert.Null(await client.ExistsAsync("/b", created));
        await client.SetIfVersionAsync("/a", "second"u8.ToArray(), 0);
        await client.CreateProtectedAsync("/a", "n-");
        await client.MultiOrVerifyAsync(
            [Operation.Check("/a", 1), Operation.Create("/b"), Operation.Create("/c")],
            async token => await client.ExistsAsync("/b", cancellationToken: token) is not null);
        Assert.Equal(WatchEventType.NodeCreated, (await created.Fired.Soon()).Type);
        Assert.Single((await client.GetChildrenAsync("/a")).Names);
        await client.DeleteQuietlyAsync("/c");
        await direct.SetDataAsync("/a", "final"u8.ToArray(), 1);
        do
        {
            Assert.True(await stream.MoveNextAsync().AsTask().Soon());
        }
        while (!stream.Current!.Data.AsSpan().SequenceEqual("final"u8));
    }
}
