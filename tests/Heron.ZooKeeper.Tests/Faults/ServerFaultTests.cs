// SPDX-License-Identifier: Apache-2.0
using Heron.Testing;
using Heron.ZooKeeper.Tests.Fakes;
using Heron.ZooKeeper.Tests.Servers;

namespace Heron.ZooKeeper.Tests.Faults;

/// <summary>What happens to a single real server. Invariant: no hang, no lost watch, nothing twice, recovery without help.</summary>
public sealed class ServerFaultTests(SingleServer own) : IClassFixture<SingleServer>
{
    [Fact]
    public async Task The_only_server_is_killed_and_comes_back()
    {
        // The server gives every session its whole timeout anew when it starts, so the session is saved.
        ZooKeeperClient client = await own.ClientAsync(o => o with { SessionTimeout = TimeSpan.FromSeconds(60), MaxReconnectDelay = TimeSpan.FromMilliseconds(500) });
        await using var work = await Workload.StartAsync(client);
        SessionStatus before = client.Status;
        CreatedNode ephemeral = await client.CreateAsync("/ephemeral", mode: CreateMode.Ephemeral);
        await using SemaphoreMutexLease? lease = await new SemaphoreMutex(client, "/lock").TryAcquireAsync(Poll.Limit);
        own.Server.Kill();
        await client.Feed(s => s.State == SessionState.Suspended);
        await own.Server.StartAgainAsync();
        await work.ProgressAsync();
        Assert.Equal((before.SessionId, 0L), (client.Status.SessionId, client.Status.Epoch));
        Assert.Equal(ephemeral.Stat.CreatedZxid, (await client.ExistsAsync("/ephemeral"))!.CreatedZxid);
        Assert.False(lease!.Lost.IsCancellationRequested);
        await using ZooKeeperClient direct = ZooKeeperClient.Start(client.Options);
        Assert.Null(await new SemaphoreMutex(direct, "/lock").TryAcquireAsync(TimeSpan.FromMilliseconds(200)));
        await work.CheckAsync(direct);
    }

    [Fact]
    public async Task The_server_stands_still_past_the_session_timeout_and_goes_on()
    {
        ZooKeeperClient client = await own.ClientAsync(o => o with { SessionTimeout = TimeSpan.FromSeconds(6), OperationTimeout = Poll.Limit });
        await using var work = await Workload.StartAsync(client, queue: false);
        await client.CreateAsync("/ephemeral", mode: CreateMode.Ephemeral);
        await using SemaphoreMutexLease? lease = await new SemaphoreMutex(client, "/lock").TryAcquireAsync(Poll.Limit);
        using var watch = new NodeWatch();
        await client.ExistsAsync("/never", watch);
        long before = client.Status.SessionId;
        own.Server.Pause();
        try
        {
            // No server can say that the session is over: our own clock does.
            await client.Feed(s => s.Epoch >= 1);
            Assert.Equal(WatchEventType.SessionEnded, (await watch.Fired.Soon()).Type);
            await Poll.UntilAsync(() => lease!.Lost.IsCancellationRequested, "the holder of the lock was not told");
        }
        finally
        {
            own.Server.Resume();
        }

        await work.ProgressAsync();
        Assert.NotEqual(before, client.Status.SessionId);
        await Poll.UntilAsync(async () => await client.ExistsAsync("/ephemeral") is null, () => "the old session's node is still there");
        await using SemaphoreMutexLease? next = await new SemaphoreMutex(client, "/lock").TryAcquireAsync(Poll.Limit);
        Assert.NotNull(next);
        await using ZooKeeperClient direct = ZooKeeperClient.Start(client.Options);
        await work.CheckAsync(direct);
    }

    [Fact]
    public async Task The_server_comes_back_with_an_empty_data_folder()
    {
        await using ZooKeeperClient client = await own.ClientAsync(o => o with { SessionTimeout = TimeSpan.FromSeconds(6), MaxReconnectDelay = TimeSpan.FromMilliseconds(300) });
        await client.CreateAsync("/a", "before"u8.ToArray());
        await using IAsyncEnumerator<NodeData?> stream = client.WatchDataAsync("/a").GetAsyncEnumerator();
        Assert.True(await stream.MoveNextAsync());
        Assert.NotNull(stream.Current);
        long before = client.Status.SessionId;
        own.Server.Kill();
        own.Server.EmptyDataFolder();
        await own.Server.StartAgainAsync();

        // The server's data is older than what the session has seen, so it refuses it until our clock ends the session.
        SessionStatus status = await client.Feed(s => s.Epoch >= 1 && s.State == SessionState.Connected);
        Assert.NotEqual(before, status.SessionId);
        Assert.True(await stream.MoveNextAsync().AsTask().Soon());
        Assert.Null(stream.Current);
        await client.EnsureRootAsync();
        await client.CreateAsync("/a", "after"u8.ToArray());
        Assert.True(await stream.MoveNextAsync().AsTask().Soon());
        Assert.Equal("after"u8.ToArray(), stream.Current!.Data);
    }
}
