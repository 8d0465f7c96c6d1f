// SPDX-License-Identifier: Apache-2.0
using Heron.Core.Packing;
using Heron.Core.Protobuf;

namespace Heron.Packing.Bench;

/// <summary>Large topologies, among them the ones that a naive algorithm takes long for.</summary>
internal static class Topologies
{
    public static IEnumerable<(string Name, Topology Topology)> All(int instances)
    {
        yield return ("1 component, 1 container asked for", Make([instances], 1));
        yield return ("10 components, 1,000 containers", Make([.. Enumerable.Repeat(instances / 10, 10)], 1000));
        yield return ("200 components, 2,500 containers", Make([.. Enumerable.Repeat(instances / 200, 200)], 2500));
        yield return ("10 components, one huge container", Make(
            [.. Enumerable.Repeat(instances / 10, 10)], 1, (PackingSettings.MaxInstancesKey, "50000")));
        yield return ("last component needs most of a container", Make(
            [instances - 1, 1], 1, ("topology.component.rammap", "c1:8589934592")));
        yield return ("CPU shares that do not add up exactly", Make(
            [instances / 2, instances / 2], 1, (PackingSettings.CpuMapKey, "c0:0.3,c1:0.7")));
        yield return ("does not fit anywhere", Make([instances - 1, 1], 1, ("topology.component.rammap", "c1:99999999999")));
    }

    private static Topology Make(int[] parallelism, int containers, params (string Key, string Value)[] settings)
    {
        var topology = new Topology { Id = "bench-1", Name = "bench", State = TopologyState.Running, TopologyConfig = new Config() };
        topology.TopologyConfig.Kvs.Add(new Config.Types.KeyValue { Key = "topology.stmgrs", Value = $"{containers}" });
        foreach (var (key, value) in settings)
        {
            topology.TopologyConfig.Kvs.Add(new Config.Types.KeyValue { Key = key, Value = value });
        }

        for (var i = 0; i < parallelism.Length; i++)
        {
            var component = new Component { Name = $"c{i}", Config = new Config() };
            component.Config.Kvs.Add(new Config.Types.KeyValue { Key = "topology.component.parallelism", Value = $"{parallelism[i]}" });
            topology.Bolts.Add(new Bolt { Comp = component });
        }

        return topology;
    }
}
