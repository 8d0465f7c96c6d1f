// SPDX-License-Identifier: Apache-2.0
using Heron.Core.Java;

namespace Heron.Core.Packing;

/// <summary>When a container may take an instance.</summary>
/// <param name="MinimumCpu">The least cores of an instance, or null.</param>
/// <param name="MaximumInstances">The most instances of a container, or null.</param>
internal sealed record PackingRules(double? MinimumCpu, int? MaximumInstances)
{
    private static readonly ByteAmount MinimumRam = ByteAmount.FromMegabytes(192);

    /// <summary>Whether the container may take one more instance of this size.</summary>
    public bool Allow(PackingContainer container, Resource instance) =>
        !(instance.Ram < MinimumRam)
        && !(instance.Cpu < MinimumCpu)
        && container.HasRoomFor(instance)
        && !(container.Count + 1 > MaximumInstances);

    /// <summary>Why the container may not take the instance, in the Java server's words.</summary>
    public string Explain(PackingContainer container, string component, Resource instance)
    {
        if (instance.Ram < MinimumRam)
        {
            return $"Instance {component} is configured {instance.Ram} RAM that is less than the minimum RAM per instance "
                + $"{MinimumRam}";
        }

        if (instance.Cpu < MinimumCpu)
        {
            return $"Instance {component} is configured {Cores(instance.Cpu)} CPU that is less than the minimum CPU per "
                + $"instance {Cores(MinimumCpu.Value)}";
        }

        var used = container.Used;
        var (capacity, after) = (container.Capacity, used + instance);
        if (capacity.Cpu < after.Cpu)
        {
            return Exceeds($"{Cores(instance.Cpu)} cores", $"{Cores(used.Cpu)} cores", $"{Cores(capacity.Cpu)} cores");
        }

        if (capacity.Ram < after.Ram)
        {
            return Exceeds($"{instance.Ram} RAM", $"{used.Ram} RAM", $"{capacity.Ram} RAM");
        }

        if (capacity.Disk < after.Disk)
        {
            return Exceeds($"{instance.Disk} disk", $"{used.Disk} disk", $"{capacity.Disk} disk");
        }

        return $"Adding instance {component} to container {container.Id} will cause the container to have more instances "
            + $"than the configured maxNumInstancesPerContainer {MaximumInstances}";

        string Exceeds(string more, string existing, string limit) =>
            $"Adding instance {component} with {more} to container {container.Id} with existing {existing} would exceed "
            + $"its capacity of {limit}";
    }

    private static string Cores(double cores) => JavaNumber.Fixed(cores, 3);
}
