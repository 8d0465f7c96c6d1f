// SPDX-License-Identifier: Apache-2.0
using FsCheck;
using FsCheck.Fluent;
using Heron.Core.Packing;
using Heron.Core.Protobuf;
using Config = Heron.Core.Protobuf.Config;

namespace Heron.Core.Tests.Packing;

/// <summary>A small topology of any shape, for properties.</summary>
public sealed record RandomTopology(
    int Containers, IReadOnlyList<RandomComponent> Components, int? ContainerCpu, int? ContainerRamGigabytes, int? MaxInstances)
{
    public static Arbitrary<RandomTopology> Any { get; } = Arb.From(
        from containers in Gen.Choose(1, 12)
        from components in Gen.NonEmptyListOf(Component()).Resize(8)
        from cpu in Optional(Gen.Choose(4, 40))
        from ram in Optional(Gen.Choose(6, 60))
        from most in Optional(Gen.Choose(1, 30))
        select new RandomTopology(containers, [.. components], cpu, ram, most));

    public IReadOnlyDictionary<string, int> Parallelism => Enumerable.Range(0, Components.Count)
        .ToDictionary(Name, i => Components[i].Parallelism);

    public static string Name(int component) => $"component-{component}";

    public Topology ToTopology()
    {
        var topology = new Topology { Id = "any-1", Name = "any", State = TopologyState.Running, TopologyConfig = new Config() };
        Set("topology.stmgrs", Containers);
        Set(PackingSettings.ContainerCpuKey, ContainerCpu);
        Set(PackingSettings.ContainerRamKey, (long?)ContainerRamGigabytes << 30);
        Set(PackingSettings.ContainerDiskKey, ContainerRamGigabytes is null ? null : 200L << 30);
        Set(PackingSettings.MaxInstancesKey, MaxInstances);
        SetMap("topology.component.rammap", c => (long?)c.RamMegabytes << 20);
        SetMap(PackingSettings.CpuMapKey, c => c.Cpu);
        for (var i = 0; i < Components.Count; i++)
        {
            var component = new Component { Name = Name(i), Config = new Config() };
            component.Config.Kvs.Add(new Config.Types.KeyValue
            {
                Key = "topology.component.parallelism",
                Value = $"{Components[i].Parallelism}",
            });
            topology.Bolts.Add(new Bolt { Comp = component });
        }

        return topology;

        void Set(string key, object? value)
        {
            if (value is not null)
            {
                topology.TopologyConfig.Kvs.Add(new Config.Types.KeyValue { Key = key, Value = $"{value}" });
            }
        }

        void SetMap(string key, Func<RandomComponent, object?> value)
        {
            var entries = Components.Select((c, i) => (Name: Name(i), Value: value(c))).Where(e => e.Value is not null).ToList();
            Set(key, entries.Count == 0 ? null : string.Join(',', entries.Select(e => FormattableString.Invariant($"{e.Name}:{e.Value}"))));
        }
    }

    private static Gen<RandomComponent> Component() =>
        from parallelism in Gen.Choose(1, 40)
        from ram in Optional(Gen.Choose(200, 4000))
        from cpu in Optional(Gen.Elements(0.1, 0.25, 0.3, 0.7, 1, 1.5, 2, 3.3))
        select new RandomComponent(parallelism, ram, cpu);

    private static Gen<T?> Optional<T>(Gen<T> values)
        where T : struct =>
        Gen.OneOf(Gen.Constant<T?>(null), values.Select(v => (T?)v));
}
