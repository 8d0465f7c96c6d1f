// SPDX-License-Identifier: Apache-2.0
using System.Diagnostics;

/// <summary>How long looks take and what they cost the server, one after another over one connection.</summary>
internal sealed class Looks(World world)
{
    public async Task RunAsync(int topologies)
    {
        Console.WriteLine("\n| look | median | 99 % | CPU of the server each | ZooKeeper packets | requests to Nomad |\n|---|---|---|---|---|---|");
        await MeasureAsync("a page of 100 of the list", "/api/v1/topologies?limit=100", 2000);
        await MeasureAsync("the same, filtered by state and name, sorted by age", "/api/v1/topologies?limit=100&state=RUNNING&name=bench-*&sort=-submitted", 2000);
        await MeasureAsync("the whole list", "/api/v1/topologies", 200);
        await MeasureAsync("one topology", $"/api/v1/topologies/nomad/bench/default/{Fill.NameOf(topologies / 2)}", 2000);
        await MeasureAsync("the page / for people", "/", 300);
    }

    private async Task MeasureAsync(string what, string path, int times)
    {
        var request = new Uri(path, UriKind.Relative);

        // Until code is compiled for good.
        for (var i = 0; i < 3 * times; i++)
        {
            _ = await world.Http.GetByteArrayAsync(request);
        }

        var took = new double[times];
        var (cpu, packets, requests) = (world.Server.Cpu, await world.PacketsAsync(), world.Nomad.RequestCount);
        for (var i = 0; i < times; i++)
        {
            var begun = Stopwatch.GetTimestamp();
            _ = await world.Http.GetByteArrayAsync(request);
            took[i] = Stopwatch.GetElapsedTime(begun).TotalMilliseconds;
        }

        var each = (world.Server.Cpu - cpu) * 1000 / times;
        Array.Sort(took);
        var sent = await world.PacketsAsync() is { } now ? $"{now - packets}" : "–";
        Console.WriteLine(
            $"| {what} | {took[times / 2]:0.00} ms | {took[times * 99 / 100]:0.00} ms | {each:0.00} ms | {sent} | {world.Nomad.RequestCount - requests} |");
    }
}
