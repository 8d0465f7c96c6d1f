// SPDX-License-Identifier: Apache-2.0
using Heron.Core.Configuration;
using Heron.Core.Protobuf;

namespace Heron.Core.Tests.Packing;

public class ReferenceRandomTests
{
    [Fact]
    public void All_626_random_runs_are_there_and_only_the_crashes_differ()
    {
        using var recorded = ReferencePacking.Read("random.json");
        var tally = new Tally();
        foreach (var entry in recorded.RootElement.EnumerateArray())
        {
            var topology = Topology.Parser.ParseFrom(entry.GetProperty("topology_base64").GetBytesFromBase64());
            foreach (var run in entry.GetProperty("runs").EnumerateArray())
            {
                var algorithm = run.GetProperty("packing_class").GetString()!;
                var packing = ReferencePacking.Algorithm(algorithm);
                var name = $"{entry.GetProperty("name").GetString()} {algorithm.Split('.')[^1]}";
                var plan = ReferencePacking.Check(
                    name, run.GetProperty("submit"), () => packing.Pack(topology, HeronConfig.Empty), tally);
                if (plan is not null && run.TryGetProperty("repack", out var repack))
                {
                    ReferencePacking.CheckRepacks(name, repack, packing, topology, HeronConfig.Empty, plan, tally);
                }
            }
        }

        tally.AssertNone();
        Assert.Equal(626, tally.Total);
        Assert.Equal(42, tally.DeliberatelyDifferent);
        Assert.Equal(584, tally.Identical);
    }
}
