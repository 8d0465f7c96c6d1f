// SPDX-License-Identifier: Apache-2.0

// How long plans for 10,000 instances take. Each row is the best of five after a warm-up.
// Run: dotnet run -c Release --project bench/Heron.Packing.Bench
using System.Diagnostics;
using Heron.Core;
using Heron.Core.Configuration;
using Heron.Core.Packing;
using Heron.Core.Protobuf;
using Heron.Packing.Bench;

const int Instances = 10_000;
Console.WriteLine($"{"algorithm",-28}{"topology",-46}{"containers",11}{"pack ms",9}{"+5000 ms",9}{"-5000 ms",9}");
foreach (var packing in new IPacking[]
{
    new RoundRobinPacking(), new RoundRobinPackingV2(), new ResourceCompliantRRPacking(), new FirstFitDecreasingPacking(),
})
{
    foreach (var (name, topology) in Topologies.All(Instances))
    {
        Measure(packing, name, topology);
    }
}

static void Measure(IPacking packing, string name, Topology topology)
{
    var (packed, ms) = Best(() => packing.Pack(topology, HeronConfig.Empty));
    var line = $"{packing.GetType().Name,-28}{name,-46}";
    if (packed is null)
    {
        Console.WriteLine($"{line}{"refused",11}{ms,9:F1}");
        return;
    }

    var component = packed.ComponentCounts.MaxBy(c => c.Value).Key;
    var (grown, growing) = Best(() => packing.Repack(topology, HeronConfig.Empty, packed, new Dictionary<string, int> { [component] = 5000 }));
    var (_, shrinking) = grown is null ? (null, double.NaN) : Best(
        () => packing.Repack(topology, HeronConfig.Empty, grown, new Dictionary<string, int> { [component] = -5000 }));
    Console.WriteLine($"{line}{packed.Containers.Count,11}{ms,9:F1}{growing,9:F1}{shrinking,9:F1}");
}

static (Heron.Core.Packing.PackingPlan? Plan, double Milliseconds) Best(Func<Heron.Core.Packing.PackingPlan> make)
{
    Heron.Core.Packing.PackingPlan? plan = null;
    var best = double.MaxValue;
    for (var i = 0; i < 6; i++)
    {
        var start = Stopwatch.GetTimestamp();
        try
        {
            plan = make();
        }
        catch (HeronException)
        {
            plan = null;
        }

        best = i == 0 ? best : Math.Min(best, Stopwatch.GetElapsedTime(start).TotalMilliseconds);
    }

    return (plan, best);
}
