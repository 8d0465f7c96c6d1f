// SPDX-License-Identifier: Apache-2.0
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
        TimeSpan span = Soak.Pick(TimeSpan.FromSeconds(4), TimeSpan.FromMinutes(2));

        // What the compiler and the garbage collector still have to do for earlier tests passes; a search that costs something
        // costs it in every stretch.
        var stretches = new List<string>();
        bool idle = false;
        while (!idle && stretches.Count < 10)
        {
            (double share, long bytes) = await UsedAsync(span);
            stretches.Add($"{share:P1} of one core, {bytes} bytes");
            idle = share < 0.05 && bytes < 20_000_000;
        }

        Assert.True(idle, string.Join("; ", stretches));
        Assert.Equal(SessionState.Connecting, client.Status.State);
        await client.DisposeAsync();
        await Assert.ThrowsAsync<ZooKeeperSessionException>(() => waiting[0]);
    }

    /// <summary>What the process uses while the test itself only waits.</summary>
    private static async Task<(double Share, long Bytes)> UsedAsync(TimeSpan span)
    {
        using var process = Process.GetCurrentProcess();
        (TimeSpan before, long allocated) = (process.TotalProcessorTime, GC.GetTotalAllocatedBytes());
        var clock = Stopwatch.StartNew();
        await Poll.UntilAsync(() => clock.Elapsed > span, span + Poll.Limit, "the measuring itself");
        process.Refresh();
        return ((process.TotalProcessorTime - before) / clock.Elapsed, GC.GetTotalAllocatedBytes() - allocated);
    }
}

[CollectionDefinition(nameof(Alone), DisableParallelization = true)]
public sealed class Alone;
