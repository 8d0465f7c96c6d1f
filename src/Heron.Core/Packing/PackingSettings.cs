// SPDX-License-Identifier: Apache-2.0
using Heron.Core.Configuration;
using Heron.Core.Java;
using Heron.Core.Protobuf;
using Heron.Core.Topologies;

namespace Heron.Core.Packing;

/// <summary>
/// What packing reads from a topology definition and from the configuration, with the defaults, the order and the error
/// messages of the Java server.
/// </summary>
public static class PackingSettings
{
    /// <summary>Cores per component: <c>word:0.5,count:2</c>.</summary>
    public const string CpuMapKey = "topology.component.cpumap";

    /// <summary>Disk per component, bytes; FirstFitDecreasing and ResourceCompliantRR only.</summary>
    public const string DiskMapKey = "topology.component.diskmap";

    /// <summary>Cores of a container.</summary>
    public const string ContainerCpuKey = "topology.container.cpu";

    /// <summary>Memory of a container, bytes.</summary>
    public const string ContainerRamKey = "topology.container.ram";

    /// <summary>Disk of a container, bytes.</summary>
    public const string ContainerDiskKey = "topology.container.disk";

    /// <summary>Most instances in a container.</summary>
    public const string MaxInstancesKey = "topology.container.max.instances";

    /// <summary>Share of a container kept for Heron's own processes, percent.</summary>
    public const string PaddingPercentageKey = "topology.container.padding.percentage";

    /// <summary>Memory kept for Heron's own processes, bytes.</summary>
    public const string RamPaddingKey = "topology.container.ram.padding";

    /// <summary>Cores kept for Heron's own processes.</summary>
    public const string CpuPaddingKey = "topology.container.cpu.padding";

    /// <summary><c>RAM_FIRST</c> or <c>CPU_FIRST</c>: by what FirstFitDecreasing sorts.</summary>
    public const string SortingStrategyKey = "topology.packing.ffd.sorting.strategy";

    /// <summary>Memory of the stream manager, bytes.</summary>
    public const string StreamManagerRamKey = "topology.stmgr.ram";

    /// <summary>Memory of the metrics manager, bytes.</summary>
    public const string MetricsManagerRamKey = "topology.metricsmgr.ram";

    private static readonly Resource HeronInstance = new(1, ByteAmount.FromGigabytes(1), ByteAmount.FromGigabytes(1));

    /// <summary>What an instance takes unless the topology says otherwise: <c>heron.resources.instance.*</c>.</summary>
    /// <exception cref="HeronException">A value is no number.</exception>
    public static Resource InstanceDefaults(HeronConfig config) => new(
        Cores(config, ConfigKeys.InstanceCpu) ?? HeronInstance.Cpu,
        Bytes(config, ConfigKeys.InstanceRam) ?? HeronInstance.Ram,
        Bytes(config, ConfigKeys.InstanceDisk) ?? HeronInstance.Disk);

    /// <summary>Number of containers that the topology asks for, without container 0.</summary>
    public static int ContainerCount(Topology topology) => JavaNumber.ParseInt(
        JavaText.Trim(TopologySettings.Get(topology.TopologyConfig, TopologySettings.ContainersKey, "1")), TopologySettings.ContainersKey);

    /// <summary>Number of instances of each component, in the Java server's hash order.</summary>
    public static JavaHashMap<string, int> ComponentParallelism(Topology topology)
    {
        var parallelism = new JavaHashMap<string, int>(JavaHashKeys.Text);
        foreach (var component in TopologySettings.Components(topology))
        {
            var setting = component.Config.Kvs.FirstOrDefault(kv => kv.Key == TopologySettings.ParallelismKey)
                ?? throw new HeronException(
                    FaultKind.Invalid, $"Missing config for required key {TopologySettings.ParallelismKey}");
            parallelism[component.Name] = JavaNumber.ParseInt(
                JavaText.Trim(setting.Value), $"{TopologySettings.ParallelismKey} of component {ShownText.Of(component.Name)}");
        }

        return parallelism;
    }

    /// <summary>Memory that the topology gives single components.</summary>
    public static IReadOnlyDictionary<string, ByteAmount> RamMap(Topology topology) =>
        ComponentMap(topology, TopologySettings.RamMapKey, (text, where) => new ByteAmount(JavaNumber.ParseLong(text, where)));

    /// <summary>Cores that the topology gives single components.</summary>
    public static IReadOnlyDictionary<string, double> CpuMap(Topology topology) =>
        ComponentMap(topology, CpuMapKey, JavaNumber.ParseDouble);

    /// <summary>Disk that the topology gives single components.</summary>
    public static IReadOnlyDictionary<string, ByteAmount> DiskMap(Topology topology) =>
        ComponentMap(topology, DiskMapKey, (text, where) => new ByteAmount(JavaNumber.ParseLong(text, where)));

    /// <summary>A number of bytes of the topology, or a default.</summary>
    public static ByteAmount Bytes(Topology topology, string key, ByteAmount defaultValue) =>
        Text(topology, key) is { } text ? new ByteAmount(JavaNumber.ParseLong(text, key)) : defaultValue;

    /// <summary>A whole number of the topology, or a default.</summary>
    public static int Whole(Topology topology, string key, int defaultValue) =>
        Text(topology, key) is { } text ? JavaNumber.ParseInt(text, key) : defaultValue;

    /// <summary>A number of the topology, or a default.</summary>
    public static double Number(Topology topology, string key, double defaultValue) =>
        Text(topology, key) is { } text ? JavaNumber.ParseDouble(text, key) : defaultValue;

    /// <summary>A text of the topology, or null when it does not have the key.</summary>
    public static string? Text(Topology topology, string key) =>
        topology.TopologyConfig?.Kvs.FirstOrDefault(kv => kv.Key == key)?.Value;

    // Values are parsed in hash order, which decides which of two wrong ones is reported.
    private static JavaHashMap<string, T> ComponentMap<T>(Topology topology, string key, Func<string, string, T> parse)
    {
        var components = ComponentParallelism(topology);
        var texts = new JavaHashMap<string, string>(JavaHashKeys.Text);
        foreach (var token in JavaText.Split(Text(topology, key) ?? "", ','))
        {
            if (JavaText.Trim(token).Length == 0)
            {
                continue;
            }

            var parts = JavaText.Split(token, ':');
            if (parts.Count != 2)
            {
                throw new HeronException(FaultKind.Invalid, $"Malformed component config {key}");
            }

            if (!components.ContainsKey(parts[0]))
            {
                throw new HeronException(FaultKind.Invalid, $"Invalid component. {ShownText.Of(parts[0])} not found ({key})");
            }

            texts[parts[0]] = parts[1];
        }

        var values = new JavaHashMap<string, T>(JavaHashKeys.Text);
        foreach (var (component, text) in texts)
        {
            values[component] = parse(text, $"{key} of component {ShownText.Of(component)}");
        }

        return values;
    }

    private static double? Cores(HeronConfig config, string key) => config.Get(key) switch
    {
        null => null,
        double number => number,
        float number => number,
        long number => number,
        int number => number,
        var value => JavaNumber.TryParseDouble($"{value}")
            ?? throw new HeronException(FaultKind.Invalid, $"Failed to convert {value} to double ({key} must be a number)"),
    };

    private static ByteAmount? Bytes(HeronConfig config, string key) => config.Get(key) switch
    {
        null => null,
        ByteAmount amount => amount,
        long number => new ByteAmount(number),
        int number => new ByteAmount(number),
        var value => new ByteAmount(
            JavaNumber.TryParseWhole($"{value}")
            ?? throw new HeronException(
                FaultKind.Invalid, $"Don't know how to convert {value} to ByteAmount ({key} must be a whole number)")),
    };
}
