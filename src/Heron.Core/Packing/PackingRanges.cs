// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using Heron.Core.Configuration;
using Heron.Core.Java;
using Heron.Core.Protobuf;
using Heron.Core.Topologies;

namespace Heron.Core.Packing;

/// <summary>
/// Refuses numbers that can be read and mean nothing: no cores, half of infinity, a container of minus one byte. The algorithms
/// themselves take them as the Java server does, and make plans of them that nobody can run.
/// </summary>
public static class PackingRanges
{
    private const double MostCores = 1_000_000;

    private static readonly string[] Sizes =
    [
        PackingSettings.ContainerRamKey, PackingSettings.ContainerDiskKey, PackingSettings.RamPaddingKey,
        PackingSettings.StreamManagerRamKey, PackingSettings.MetricsManagerRamKey, TopologySettings.CheckpointManagerRamKey,
    ];

    private static readonly string[] Shares = [PackingSettings.ContainerCpuKey, PackingSettings.CpuPaddingKey];

    /// <summary>Checks what a topology and its configuration give packing to work with.</summary>
    /// <exception cref="HeronException">
    /// <see cref="FaultKind.Invalid"/>, naming the setting. What is no number at all is left to the algorithm that reads it.
    /// </exception>
    public static void Check(Topology topology, HeronConfig config)
    {
        foreach (var component in TopologySettings.Components(topology))
        {
            var parallelism = component.Config.Kvs.FirstOrDefault(kv => kv.Key == TopologySettings.ParallelismKey)?.Value;
            Whole($"{TopologySettings.ParallelismKey} of component {ShownText.Of(component.Name)}", parallelism, 1, TopologyValidator.MaxInstances);
        }

        var containers = TopologySettings.Get(topology.TopologyConfig, TopologySettings.ContainersKey, "1");

        // Algorithms that choose their number of containers themselves take 0; the others refuse it.
        Whole(TopologySettings.ContainersKey, containers, 0, TopologyValidator.MaxInstances);
        Whole(PackingSettings.MaxInstancesKey, PackingSettings.Text(topology, PackingSettings.MaxInstancesKey), 1, TopologyValidator.MaxInstances);
        Whole(PackingSettings.PaddingPercentageKey, PackingSettings.Text(topology, PackingSettings.PaddingPercentageKey), 0, 100);
        foreach (var key in Sizes)
        {
            Whole(key, PackingSettings.Text(topology, key), 0, long.MaxValue);
        }

        foreach (var key in Shares)
        {
            Cores(key, PackingSettings.Text(topology, key));
        }

        ForEach(topology, TopologySettings.RamMapKey, (where, text) => Whole(where, text, 0, long.MaxValue));
        ForEach(topology, PackingSettings.DiskMapKey, (where, text) => Whole(where, text, 0, long.MaxValue));
        ForEach(topology, PackingSettings.CpuMapKey, Cores);
        Cores(ConfigKeys.InstanceCpu, config.GetString(ConfigKeys.InstanceCpu));
        Whole(ConfigKeys.InstanceRam, config.GetString(ConfigKeys.InstanceRam), 0, long.MaxValue);
        Whole(ConfigKeys.InstanceDisk, config.GetString(ConfigKeys.InstanceDisk), 0, long.MaxValue);
    }

    private static void ForEach(Topology topology, string key, Action<string, string> check)
    {
        foreach (var token in (PackingSettings.Text(topology, key) ?? "").Split(','))
        {
            if (token.Split(':') is [var component, var text])
            {
                check($"{key} of component {ShownText.Of(component)}", text);
            }
        }
    }

    private static void Whole(string where, string? text, long smallest, long largest)
    {
        if (text is not null && JavaNumber.TryParseWhole(JavaText.Trim(text)) is { } number && (number < smallest || number > largest))
        {
            throw Refuse(where, text, largest == long.MaxValue
                ? string.Create(CultureInfo.InvariantCulture, $"a whole number of {smallest} or more")
                : string.Create(CultureInfo.InvariantCulture, $"a whole number from {smallest} to {largest}"));
        }
    }

    private static void Cores(string where, string? text)
    {
        if (text is not null && JavaNumber.TryParseDouble(text) is { } number && number is not (>= 0 and <= MostCores))
        {
            throw Refuse(where, text, string.Create(CultureInfo.InvariantCulture, $"a number from 0 to {MostCores}"));
        }
    }

    private static HeronException Refuse(string where, string text, string wanted) =>
        new(FaultKind.Invalid, $"{where} is '{ShownText.Of(text)}'; it must be {wanted}");
}
