using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Heron.Testing;
using Heron.Testing.ZooKeeper;

namespace Heron.ZooKeeper.Tests.Faults;

/// <summary>Looking for a server that is not there costs nothing that can be measured. Runs alone: it looks at the whole process.</summary>
[Collection(nameof(Alone))]
[Trait("Category", Soak.Category)]
public sealed class DeadServerTests
{
    [Fact]
    public async Task A_port_where_nobody_listens_costs_no_CPU_time()
    {
        await using ZooKeeperClient client = ZooKeeperClient.Start(ZooKeeperOptions.For($"127.0.0.1:{Loopback.FreePorts(1)[0]}"));
        await MeasureAsync(client);
    }

    [Fact]
    public async Task A_server_that_accepts_and_says_nothing_costs_no_CPU_time()
    {
        using var silent = new TcpListener(IPAddress.Loopback, 0);
        silent.Start();
        await using ZooKeeperClient client = ZooKeeperClient.Start(ZooKeeperOptions.For($"127.0.0.1:{((IPEndPoint)silent.LocalEndpoint).Port}") with { SessionTimeout = TimeSpan.FromSeconds(2) });
        await MeasureAsync(client);
    }

    private static async Task MeasureAsync(ZooKeeperClient client)
    {
        // Waiting calls and watches must not cost anything either.
        Task<NodeStat?>[] waiting = [.. Enumerable.Range(0, 100).Select(i => client.ExistsAsync($"/{i}", new NodeWatch(), TimeSpan.FromMinutes(10)))];
        TimeSpan warmUp = TimeSpan.FromSeconds(2);
        TimeSpan span = Soak.Pick(TimeSpan.FromSeconds(4), TimeSpan.FromMinutes(2));
        var clock = Stopwatch.StartNew();
        TimeSpan before = default;
        TimeSpan start = default;
        long allocated = 0;
        await Poll.UntilAsync(
            () =>
            {
                if (start == default && clock.Elapsed > warmUp)
                {
                    (start, before) = (clock.Elapsed, Process.GetCurrentProcess().TotalProcessorTime);
                    allocated = GC.GetTotalAllocatedBytes();
                }

                return start != default && clock.Elapsed - start > span;
            },
            span + TimeSpan.FromMinutes(1),
            "the measuring itself");
        double share = (Process.GetCurrentProcess().TotalProcessorTime - before) / (clock.Elapsed - start);
        Assert.True(share < 0.05, $"{share:P1} of one core was used");
        Assert.InRange(GC.GetTotalAllocatedBytes() - allocated, 0, 20_000_000);
        Assert.Equal(SessionState.Connecting, client.Status.State);
        await client.DisposeAsync();
        await Assert.ThrowsAsync<ZooKeeperSessionException>(() => waiting[0]);
    }
}

[CollectionDefinition(nameof(Alone), DisableParallelization = true)]
public sealed class Alone;
