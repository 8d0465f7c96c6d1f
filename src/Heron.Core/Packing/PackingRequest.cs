// SPDX-License-Identifier: Apache-2.0
using Heron.Core.Configuration;
using Heron.Core.Java;
using Heron.Core.Protobuf;

namespace Heron.Core.Packing;

/// <summary>What FirstFitDecreasing and ResourceCompliantRR are asked to pack, and into what.</summary>
/// <param name="InstanceDefault">What an instance takes when the topology does not say.</param>
/// <param name="ContainerCapacity">What a container may give, Heron's own processes included.</param>
/// <param name="Padding">What Heron's own processes take of a container.</param>
/// <param name="MaximumInstances">The most instances of a container; the capacity follows from it unless given.</param>
/// <param name="Parallelism">Number of instances of each component.</param>
/// <param name="ByComponent">What an instance of each component takes.</param>
internal sealed record PackingRequest(
    Resource InstanceDefault,
    Resource ContainerCapacity,
    Resource Padding,
    int MaximumInstances,
    JavaHashMap<string, int> Parallelism,
    IReadOnlyDictionary<string, Resource> ByComponent)
{
    private const int DefaultPaddingPercentage = 10;
    private const int DefaultMaximumInstances = 10;

    private static readonly Resource LeastPadding = new(1, ByteAmount.FromGigabytes(1), ByteAmount.FromGigabytes(1));

    /// <summary>Number of instances of the topology.</summary>
    public int InstanceCount => Parallelism.Values.Aggregate(0, (sum, n) => sum + n);

    /// <summary>Reads the request.</summary>
    /// <exception cref="HeronException">A setting is wrong; the first one that the Java server would meet.</exception>
    public static PackingRequest Of(Topology topology, HeronConfig config)
    {
        var instance = PackingSettings.InstanceDefaults(config);
        var percentage = PackingSettings.Whole(
            topology, PackingSettings.PaddingPercentageKey, DefaultPaddingPercentage);
        var ramPadding = PackingSettings.Bytes(topology, PackingSettings.RamPaddingKey, LeastPadding.Ram);
        var cpuPadding = PackingSettings.Number(topology, PackingSettings.CpuPaddingKey, LeastPadding.Cpu);
        var most = PackingSettings.Whole(topology, PackingSettings.MaxInstancesKey, DefaultMaximumInstances);
        var (defaultRam, defaultDisk) = (instance.Ram.Times(most), instance.Disk.Times(most));
        var capacity = new Resource(
            PackingSettings.Number(topology, PackingSettings.ContainerCpuKey, instance.Cpu * most),
            PackingSettings.Bytes(topology, PackingSettings.ContainerRamKey, defaultRam),
            PackingSettings.Bytes(topology, PackingSettings.ContainerDiskKey, defaultDisk));
        var padding = Resource.Max(
            new Resource(cpuPadding, ramPadding, LeastPadding.Disk),
            new Resource(
                capacity.Cpu * percentage / 100,
                Percent(capacity.Ram, percentage),
                Percent(capacity.Disk, percentage)));

        var parallelism = PackingSettings.ComponentParallelism(topology);
        var rams = PackingSettings.RamMap(topology);
        var cpus = PackingSettings.CpuMap(topology);
        var disks = PackingSettings.DiskMap(topology);
        return new PackingRequest(
            instance,
            capacity,
            padding,
            most,
            parallelism,
            parallelism.Keys.ToDictionary(
                c => c,
                c => new Resource(
                    cpus.GetValueOrDefault(c, instance.Cpu),
                    rams.GetValueOrDefault(c, instance.Ram),
                    disks.GetValueOrDefault(c, instance.Disk)),
                StringComparer.Ordinal));
    }

    /// <summary>What an instance of a component takes.</summary>
    public Resource ResourceOf(string component) => ByComponent.GetValueOrDefault(component, InstanceDefault);

    private static ByteAmount Percent(ByteAmount amount, int percentage) =>
        new(unchecked(amount.Bytes * percentage) / 100);
}
