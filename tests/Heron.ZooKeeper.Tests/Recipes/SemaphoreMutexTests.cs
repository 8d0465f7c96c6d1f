// SPDX-License-Identifier: Apache-2.0
using System.Diagnostics;
using Heron.Testing;
using Heron.ZooKeeper.Recipes;
using Heron.ZooKeeper.Tests.Fakes;
using Heron.ZooKeeper.Tests.Servers;

namespace Heron.ZooKeeper.Tests.Recipes;

public sealed class SemaphoreMutexTests(SingleServer shared)
{
    private static readonly TimeSpan Brief = TimeSpan.FromMilliseconds(150);

    [Fact]
    public async Task Only_one_of_many_holds_it_at_a_time_and_all_get_it()
    {
        await using ZooKeeperClient one = await shared.ClientAsync();
        await using ZooKeeperClient two = ZooKeeperClient.Start(one.Options);
        int inside = 0;
        int turns = 0;
        await Task.WhenAll(Enumerable.Range(0, 8).Select(async i =>
        {
            var mutex = new SemaphoreMutex(i % 2 == 0 ? one : two, "/lock");
            for (int n = 0; n < 3; n++)
            {
                await using SemaphoreMutexLease? lease = await mutex.TryAcquireAsync(Poll.Limit);
                Assert.NotNull(lease);
                Assert.Equal(1, Interlocked.Increment(ref inside));
                await one.SyncAsync();
                Interlocked.Increment(ref turns);
                Interlocked.Decrement(ref inside);
            }
        }));
        Assert.Equal(24, turns);
        await EmptyAsync(one, "/lock");
    }

    [Fact]
    public async Task A_held_lock_is_not_had_in_time_and_nothing_is_left_behind()
    {
        await using ZooKeeperClient one = await shared.ClientAsync();
        await using ZooKeeperClient two = ZooKeeperClient.Start(one.Options);
        SemaphoreMutexLease held = (await new SemaphoreMutex(one, "/lock").TryAcquireAsync(Poll.Limit))!;
        Assert.Null(await new SemaphoreMutex(two, "/lock").TryAcquireAsync(Brief));
        Assert.StartsWith("/lock/leases/_c_", held.Path, StringComparison.Ordinal);
        await Poll.UntilAsync(async () => (await one.GetChildrenAsync("/lock/locks")).Names.Count == 0, () => "the loser's node is still there");
        await held.DisposeAsync();
        await EmptyAsync(one, "/lock");
    }

    [Fact]
    public async Task It_is_given_up_with_the_session_and_the_next_one_gets_it()
    {
        await using ZooKeeperClient one = await shared.ClientAsync();
        await using ZooKeeperClient two = ZooKeeperClient.Start(one.Options);
        SemaphoreMutexLease held = (await new SemaphoreMutex(one, "/lock").TryAcquireAsync(Poll.Limit))!;
        Task<SemaphoreMutexLease?> next = new SemaphoreMutex(two, "/lock").TryAcquireAsync(Poll.Limit);
        await SessionKiller.KillAsync(one, shared.Server.Port);
        Assert.NotNull(await next.Soon());
        await Poll.UntilAsync(() => held.Lost.IsCancellationRequested, "the holder was not told");
        await held.DisposeAsync();
    }

    [Fact]
    public async Task A_waiter_whose_session_ends_queues_up_again()
    {
        await using ZooKeeperClient one = await shared.ClientAsync();
        await using ZooKeeperClient two = ZooKeeperClient.Start(one.Options);
        SemaphoreMutexLease held = (await new SemaphoreMutex(one, "/lock").TryAcquireAsync(Poll.Limit))!;
        Task<SemaphoreMutexLease?> next = new SemaphoreMutex(two, "/lock").TryAcquireAsync(Poll.Limit);
        await Poll.UntilAsync(async () => (await one.GetChildrenAsync("/lock")).Names.Count == 4, () => "the waiter does not queue");
        await SessionKiller.KillAsync(two, shared.Server.Port);
        await two.Feed(s => s.Epoch == 1 && s.State == SessionState.Connected);
        await held.DisposeAsync();
        SemaphoreMutexLease? got = await next.Soon();
        Assert.NotNull(got);
        Assert.False(got.Lost.IsCancellationRequested);
    }

    [Fact]
    public async Task A_lease_that_Curator_holds_is_respected()
    {
        // What InterProcessSemaphoreMutex leaves while it is held: containers, and one protected ephemeral lease.
        await using ZooKeeperClient curator = await shared.ClientAsync();
        await using ZooKeeperClient ours = ZooKeeperClient.Start(curator.Options);
        await curator.CreateAsync("/lock", mode: CreateMode.Container);
        await curator.CreateAsync("/lock/locks", mode: CreateMode.Container);
        await curator.CreateAsync("/lock/leases", mode: CreateMode.Container);
        CreatedNode lease = await curator.CreateAsync("/lock/leases/_c_4f2e1d7a-0a55-4b4f-9a57-6b39c6f6d0b1-lease-", "10.0.0.1"u8.ToArray(), CreateMode.EphemeralSequential);
        var mutex = new SemaphoreMutex(ours, "/lock");
        Assert.Null(await mutex.TryAcquireAsync(Brief));
        Task<SemaphoreMutexLease?> next = mutex.TryAcquireAsync(Poll.Limit);
        await curator.DeleteAsync(lease.Path);
        await using SemaphoreMutexLease? got = await next.Soon();
        Assert.NotNull(got);
    }

    [Fact]
    public async Task A_Curator_client_in_the_inner_queue_goes_first()
    {
        await using ZooKeeperClient curator = await shared.ClientAsync();
        await using ZooKeeperClient ours = ZooKeeperClient.Start(curator.Options);
        await curator.EnsurePathAsync("/lock/locks");
        CreatedNode inner = await curator.CreateAsync("/lock/locks/_c_ffffffff-0a55-4b4f-9a57-6b39c6f6d0b1-lock-", mode: CreateMode.EphemeralSequential);
        var mutex = new SemaphoreMutex(ours, "/lock");
        Assert.Null(await mutex.TryAcquireAsync(Brief));
        Task<SemaphoreMutexLease?> next = mutex.TryAcquireAsync(Poll.Limit);
        await curator.DeleteAsync(inner.Path);
        await using SemaphoreMutexLease? got = await next.Soon();
        Assert.NotNull(got);
    }

    [Fact]
    public async Task Kazoos_lock_and_ours_exclude_each_other()
    {
        await using ZooKeeperClient client = await shared.ClientAsync();
        string path = client.Options.Servers.Chroot + "/lock";
        using Process kazoo = StartKazoo(path);
        Assert.Equal("held", await LineAsync());
        var mutex = new SemaphoreMutex(client, "/lock");
        Assert.Null(await mutex.TryAcquireAsync(TimeSpan.FromMilliseconds(300)));
        await kazoo.StandardInput.WriteLineAsync("release");
        Assert.Equal("released", await LineAsync());
        SemaphoreMutexLease? ours = await mutex.TryAcquireAsync(Poll.Limit);
        Assert.NotNull(ours);
        await kazoo.StandardInput.WriteLineAsync("0.5");
        Assert.Equal("timeout", await LineAsync());
        await ours.DisposeAsync();
        await kazoo.StandardInput.WriteLineAsync("100");
        Assert.Equal("held", await LineAsync());
        kazoo.StandardInput.Close();
        await kazoo.WaitForExitAsync().WaitAsync(Poll.Limit);

        Task<string?> LineAsync() => kazoo.StandardOutput.ReadLineAsync().WaitAsync(Poll.Limit);
    }

    [Theory]
    [InlineData("_c_4f2e1d7a-0a55-4b4f-9a57-6b39c6f6d0b1-lock-0000000012", 12)]
    [InlineData("0123456789abcdef__lock__0000000003", 3)]
    [InlineData("leases", null)]
    [InlineData("locks", null)]
    [InlineData("a-name-without-number", null)]
    public void The_order_of_contenders_is_the_servers_number(string name, int? number) => Assert.Equal(number, ContenderQueue.Number(name));

    private static async Task EmptyAsync(ZooKeeperClient client, string path)
    {
        foreach (string folder in new[] { "locks", "leases" })
        {
            await Poll.UntilAsync(async () => (await client.GetChildrenAsync($"{path}/{folder}")).Names.Count == 0, () => $"{folder} is not empty");
        }

        await Poll.UntilAsync(async () => (await client.GetChildrenAsync(path)).Names.Count == 2, () => "a contender is left");
    }

    private Process StartKazoo(string path)
    {
        const string Script = """
            import sys
            from kazoo.client import KazooClient
            from kazoo.exceptions import LockTimeout
            zk = KazooClient(hosts=sys.argv[1], timeout=60); zk.start(timeout=100)
            lock = zk.Lock(sys.argv[2], 'kazoo')
            lock.acquire(); print('held', flush=True)
            for line in sys.stdin:
                if line.strip() == 'release':
                    lock.release(); print('released', flush=True)
                else:
                    try:
                        print('held' if lock.acquire(timeout=float(line)) else 'timeout', flush=True)
                    except LockTimeout:
                        print('timeout', flush=True)
            zk.stop()
            """;
        var start = new ProcessStartInfo("/usr/bin/python3") { RedirectStandardInput = true, RedirectStandardOutput = true };
        foreach (string argument in new[] { "-c", Script, shared.Server.ConnectionString, path })
        {
            start.ArgumentList.Add(argument);
        }

        return Process.Start(start)!;
    }
}
