// SPDX-License-Identifier: Apache-2.0
using System.Text;
using Heron.ZooKeeper.Tests.Servers;

namespace Heron.ZooKeeper.Tests.Operations;

public sealed class OperationTests(SingleServer shared)
{
    [Fact]
    public async Task A_node_goes_through_its_whole_life()
    {
        await using ZooKeeperClient client = await shared.ClientAsync();
        CreatedNode created = await client.CreateAsync("/a", "one"u8.ToArray());
        Assert.Equal("/a", created.Path);
        Assert.Equal(0, created.Stat.Version);
        Assert.Equal(0, (await client.ExistsAsync("/a"))!.Version);
        NodeData read = await client.GetDataAsync("/a");
        Assert.Equal("one", Encoding.UTF8.GetString(read.Data));
        Assert.Equal(created.Stat, read.Stat);
        Assert.Equal(1, (await client.SetDataAsync("/a", "two"u8.ToArray(), 0)).Version);
        Assert.Equal(ErrorCode.BadVersion, (await Assert.ThrowsAsync<ZooKeeperServerException>(() => client.DeleteAsync("/a", 0))).Code);
        await client.DeleteAsync("/a", 1);
        Assert.Null(await client.ExistsAsync("/a"));
        Assert.Null(await client.TryGetDataAsync("/a"));
    }

    [Fact]
    public async Task Modes_do_what_their_names_say()
    {
        ZooKeeperClient owner = await shared.ClientAsync();
        await using ZooKeeperClient other = ZooKeeperClient.Start(owner.Options);
        Assert.Equal("/s-0000000000", (await owner.CreateAsync("/s-", mode: CreateMode.PersistentSequential)).Path);
        Assert.Equal("/s-0000000001", (await owner.CreateAsync("/s-", mode: CreateMode.EphemeralSequential)).Path);
        await owner.CreateAsync("/e", mode: CreateMode.Ephemeral);
        CreatedNode container = await owner.CreateAsync("/c", mode: CreateMode.Container);
        Assert.Equal(0, container.Stat.EphemeralOwner);
        Assert.Equal(owner.Status.SessionId, (await other.ExistsAsync("/e"))!.EphemeralOwner);
        Assert.Equal(ErrorCode.NoChildrenForEphemerals, (await Assert.ThrowsAsync<ZooKeeperServerException>(() => owner.CreateAsync("/e/x"))).Code);
        await owner.DisposeAsync();
        await other.SyncAsync();
        Assert.Equal(["c", "s-0000000000"], (await other.GetChildrenAsync("/")).Names.Order());
    }

    [Fact]
    public async Task Errors_carry_code_and_path_as_the_caller_wrote_it()
    {
        await using ZooKeeperClient client = await shared.ClientAsync();
        await client.EnsurePathAsync("/a/b");
        foreach ((Func<Task> call, ErrorCode code, string path) in new (Func<Task>, ErrorCode, string)[]
        {
            (() => client.CreateAsync("/a"), ErrorCode.NodeExists, "/a"),
            (() => client.DeleteAsync("/a"), ErrorCode.NotEmpty, "/a"),
            (() => client.DeleteAsync("/x"), ErrorCode.NoNode, "/x"),
            (() => client.GetDataAsync("/x"), ErrorCode.NoNode, "/x"),
            (() => client.SetDataAsync("/a", default, 9), ErrorCode.BadVersion, "/a"),
            (() => client.GetChildrenAsync("/x"), ErrorCode.NoNode, "/x"),
            (() => client.GetAclAsync("/x"), ErrorCode.NoNode, "/x"),
            (() => client.SetAclAsync("/a", Acl.Open, 9), ErrorCode.BadVersion, "/a"),
        })
        {
            ZooKeeperServerException e = await Assert.ThrowsAsync<ZooKeeperServerException>(call);
            Assert.Equal((code, path, false), (e.Code, e.Path, e.MayHaveHappened));
            Assert.Contains(path, e.Message, StringComparison.Ordinal);
        }

        await Assert.ThrowsAsync<ArgumentException>(() => client.CreateAsync("no-slash"));
    }

    [Fact]
    public async Task A_thousand_calls_at_once_are_answered_in_their_order()
    {
        await using ZooKeeperClient client = await shared.ClientAsync();
        await client.CreateAsync("/n");
        Task<NodeStat>[] sets = [.. Enumerable.Range(0, 1000).Select(i => client.SetDataAsync("/n", BitConverter.GetBytes(i), i))];
        NodeStat[] stats = await Task.WhenAll(sets);
        Assert.Equal(Enumerable.Range(1, 1000), stats.Select(s => s.Version));
    }

    [Fact]
    public async Task A_multi_is_all_or_nothing_and_names_the_operation_that_failed()
    {
        await using ZooKeeperClient client = await shared.ClientAsync();
        IReadOnlyList<OperationResult> results = await client.MultiAsync(
        [
            Operation.Create("/m"),
            Operation.Create("/m/s-", "x"u8.ToArray(), CreateMode.PersistentSequential),
            Operation.Check("/m", 0),
            Operation.SetData("/m", "y"u8.ToArray()),
            Operation.Create("/gone"),
            Operation.Delete("/gone"),
        ]);
        Assert.Equal(["/m", "/m/s-0000000000", "/m", "/m", "/gone", "/gone"], results.Select(r => r.Path));
        Assert.Equal(1, results[3].Stat!.Version);

        ZooKeeperMultiException failed = await Assert.ThrowsAsync<ZooKeeperMultiException>(() => client.MultiAsync(
        [
            Operation.Create("/n"), Operation.Check("/m", 7), Operation.Create("/o"),
        ]));
        Assert.Equal(1, failed.FailedIndex);
        Assert.Equal(ErrorCode.BadVersion, failed.Code);
        Assert.Equal("/m", failed.Path);
        Assert.Equal([ErrorCode.Ok, ErrorCode.BadVersion, ErrorCode.RuntimeInconsistency], failed.Codes);
        Assert.False(failed.MayHaveHappened);
        Assert.Null(await client.ExistsAsync("/n"));
    }
}
