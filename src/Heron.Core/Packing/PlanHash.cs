// SPDX-License-Identifier: Apache-2.0
using Heron.Core.Java;

namespace Heron.Core.Packing;

/// <summary>
/// Hash codes and keys of plans and their parts as the Java server has them. They decide in which order a plan's containers and
/// instances are stored and removed.
/// </summary>
public static class PlanHash
{
    private const int Factor = 31;

    /// <summary>An instance without its resource.</summary>
    public static JavaHashKey<InstanceId> InstanceId { get; } = new(Of, (a, b) => a == b);

    /// <summary>An instance with its resource.</summary>
    public static JavaHashKey<InstancePlan> Instance { get; } = new(Of, (a, b) => a == b);

    /// <summary>A container. Two are equal when their instances are, in any order.</summary>
    public static JavaHashKey<ContainerPlan> Container { get; } = new(Of, SameContainer);

    /// <summary>A number of bytes hashes as the number.</summary>
    public static int Of(ByteAmount amount) => JavaHashCode.Of(amount.Bytes);

    /// <summary>CPU, then RAM, then disk.</summary>
    public static int Of(Resource resource) =>
        unchecked((Factor * ((Factor * JavaHashCode.Of(resource.Cpu)) + Of(resource.Ram))) + Of(resource.Disk));

    /// <summary>Component, task id, component index.</summary>
    public static int Of(InstanceId id) =>
        unchecked((Factor * ((Factor * JavaHashCode.Of(id.ComponentName)) + id.TaskId)) + id.ComponentIndex);

    /// <summary>An instance: its id, then its resource.</summary>
    public static int Of(InstancePlan instance) => unchecked((Factor * Of(instance.Id)) + Of(instance.Resource));

    /// <summary>A container; a set hashes as the sum over its elements, so their order has no influence.</summary>
    public static int Of(ContainerPlan container)
    {
        unchecked
        {
            var instances = 0;
            foreach (var instance in container.Instances)
            {
                instances += Of(instance);
            }

            var hash = (Factor * ((Factor * container.Id) + instances)) + Of(container.Required);
            return container.Scheduled is null ? hash : (Factor * hash) + Of(container.Scheduled);
        }
    }

    private static bool SameContainer(ContainerPlan left, ContainerPlan right) =>
        left.Id == right.Id
        && left.Required == right.Required
        && left.Scheduled == right.Scheduled
        && left.Instances.Count == right.Instances.Count
        && left.Instances.ToHashSet().SetEquals(right.Instances);
}
