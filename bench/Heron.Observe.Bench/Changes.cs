// SPDX-License-Identifier: Apache-2.0
using System.Diagnostics;
using System.Text.Json;
using Heron.Core.Protobuf;

/// <summary>How soon a change that somebody else makes is in the list, and what an outage looks like.</summary>
internal sealed class Changes(World world)
{
    private const int Times = 40;

    public async Task RunAsync(int topologies)
    {
        var took = new List<double>();
        for (var i = 0; i < Times; i++)
        {
            var name = Fill.NameOf(i % topologies);
            var plan = PhysicalPlan.Parser.ParseFrom(await world.State.ReadAsync("pplans", name));
            plan.Topology.State = plan.Topology.State == TopologyState.Paused ? TopologyState.Running : TopologyState.Paused;
            var wanted = plan.Topology.State == TopologyState.Paused ? "PAUSED" : "RUNNING";
            var clock = Stopwatch.StartNew();
            await world.State.WriteAsync("pplans", name, plan);
            await UntilAsync($"/api/v1/topologies?name={name}", list => list.GetProperty("topologies")[0].GetProperty("heron_state").GetString() == wanted);
            took.Add(clock.Elapsed.TotalMilliseconds);
        }

        took.Sort();
        Console.WriteLine($"\na change by another client of the store is in the list after {took[Times / 2]:0} ms (median of {Times}), {took[^1]:0} ms at most");
        var clockOfOutage = new Stopwatch();
        await world.OutageAsync(async () =>
        {
            var away = Stopwatch.StartNew();
            await UntilAsync("/api/v1/topologies?limit=1", list => list.TryGetProperty("stale", out _));
            Console.WriteLine($"ZooKeeper ends: the list says so after {away.Elapsed.TotalSeconds:0.0} s, and shows what was");
            clockOfOutage.Start();
        });
        if (clockOfOutage.IsRunning)
        {
            await UntilAsync("/api/v1/topologies?limit=1", list => !list.TryGetProperty("stale", out _));
            Console.WriteLine($"ZooKeeper is started again: the list is right {clockOfOutage.Elapsed.TotalSeconds:0.0} s after that, its own start included");
        }
    }

    private async Task UntilAsync(string path, Func<JsonElement, bool> isSo)
    {
        while (true)
        {
            using var list = JsonDocument.Parse(await world.Http.GetStringAsync(new Uri(path, UriKind.Relative)));
            if (isSo(list.RootElement))
            {
                return;
            }

            await Task.Delay(2);
        }
    }
}
