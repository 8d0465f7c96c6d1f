// SPDX-License-Identifier: Apache-2.0
using Heron.Testing.ZooKeeper;
using Heron.Testing;
using Heron.ZooKeeper.Tests.Fakes;
using Heron.ZooKeeper.Tests.Servers;

namespace Heron.ZooKeeper.Tests.Faults;

/// <summary>What happens to three real servers. Invariant: no hang, no lost watch, nothing twice, recovery without help.</summary>
public sealed class EnsembleFaultTests(ThreeServers own) : IClassFixture<ThreeServers>
{
    [Fact]
    public async Task The_leader_is_killed_under_load_and_comes_back()
    {
        ZooKeeperClient[] clients = await Task.WhenAll(Enumerable.Range(0, 3).Select(_ => own.ClientAsync()));
        Workload[] work = await Task.WhenAll(clients.Select(c => Workload.StartAsync(c)));
        ZooKeeperServer leader = await own.Ensemble.LeaderAsync();
        leader.Kill();
        foreach (Workload each in work)
        {
            await each.ProgressAsync();
        }

        await leader.StartAgainAsync();
        for (int i = 0; i < work.Length; i++)
        {
            await work[i].ProgressAsync();
            Assert.Equal(0, clients[i].Status.Epoch);
            await using ZooKeeperClient direct = ZooKeeperClient.Start(clients[i].Options);
            await work[i].CheckAsync(direct);
            await work[i].DisposeAsync();
        }
    }

    [Fact]
    public async Task The_server_in_use_stands_still_and_another_one_takes_over_within_the_session()
    {
        // Not the leader: that would be the other test, and its election may take longer than this session.
        ZooKeeperServer leader = await own.Ensemble.LeaderAsync();
        string followers = string.Join(',', own.Ensemble.Servers.Where(s => s != leader).Select(s => s.ConnectionString));
        await using ZooKeeperClient client = await own.ClientAsync(o => o with
        {
            Servers = ConnectionString.Parse(followers + o.Servers.Chroot),
            SessionTimeout = TimeSpan.FromSeconds(20),
        });
        await client.WaitUntilConnectedAsync();
        ZooKeeperServer used = await own.ServerOfAsync(client);
        long session = client.Status.SessionId;
        using var watch = new NodeWatch();
        await client.ExistsAsync("/a", watch);
        used.Pause();
        try
        {
            await client.Feed(s => s.State == SessionState.Connected && s.Connections >= 2);
            await client.CreateAsync("/a");
            Assert.Equal(WatchEventType.NodeCreated, (await watch.Fired.Soon()).Type);
            Assert.Equal(session, client.Status.SessionId);
        }
        finally
        {
            used.Resume();
        }
    }

    [Fact]
    public async Task One_host_name_of_three_does_not_resolve()
    {
        string[] hosts = own.Ensemble.ConnectionString.Split(',');
        await using ZooKeeperClient client = ZooKeeperClient.Start(ZooKeeperOptions.For($"{hosts[0]},no-such-host.invalid:2181,{hosts[2]}"));
        SessionStatus status = await client.WaitUntilConnectedAsync(Poll.Limit);
        Assert.NotEqual(0, status.SessionId);
        Assert.NotNull(await client.ExistsAsync("/zookeeper"));
    }
}
