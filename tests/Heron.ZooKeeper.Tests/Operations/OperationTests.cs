using System.Text;
using Heron.ZooKeeper.Tests.Servers;

namespace Heron.ZooKeeper.Tests.Operations;

[Collection(nameof(SharedServer))]
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
