// SPDX-License-Identifier: Apache-2.0
using Heron.Core.Java;
using Proto = Heron.Core.Protobuf;

namespace Heron.Core.Packing;

/// <summary>Converts packing plans to and from the message that the state manager stores.</summary>
public static class PackingPlanProto
{
    /// <summary>The message; containers and instances keep the plan's order.</summary>
    public static Proto.PackingPlan ToProto(this PackingPlan plan) => new()
    {
        Id = plan.Id,
        ContainerPlans = { plan.Containers.Select(ToProto) },
    };

    /// <summary>
    /// The plan. As in the Java server, reading puts containers and instances into hash sets, so their order is the
    /// hash order of what was read, not the order of the message.
    /// </summary>
    public static PackingPlan FromProto(Proto.PackingPlan message) => new(
        message.Id, JavaHashOrder.Of(message.ContainerPlans.Select(FromProto), PlanHash.Container));

    private static Proto.ContainerPlan ToProto(ContainerPlan container)
    {
        var message = new Proto.ContainerPlan
        {
            Id = container.Id,
            RequiredResource = ToProto(container.Required),
            InstancePlans = { container.Instances.Select(ToProto) },
        };
        if (container.Scheduled is not null)
        {
            message.ScheduledResource = ToProto(container.Scheduled);
        }

        return message;
    }

    private static Proto.InstancePlan ToProto(InstancePlan instance) => new()
    {
        ComponentName = instance.ComponentName,
        TaskId = instance.TaskId,
        ComponentIndex = instance.ComponentIndex,
        Resource = ToProto(instance.Resource),
    };

    private static Proto.Resource ToProto(Resource resource) => new()
    {
        Cpu = resource.Cpu,
        Ram = resource.Ram.Bytes,
        Disk = resource.Disk.Bytes,
    };

    private static ContainerPlan FromProto(Proto.ContainerPlan message) => new(
        message.Id,
        JavaHashOrder.Of(message.InstancePlans.Select(FromProto), PlanHash.Instance),
        FromProto(message.RequiredResource),
        message.ScheduledResource is null ? null : FromProto(message.ScheduledResource));

    private static InstancePlan FromProto(Proto.InstancePlan message) => new(
        message.ComponentName, message.TaskId, message.ComponentIndex, FromProto(message.Resource));

    private static Resource FromProto(Proto.Resource message) =>
        new(message.Cpu, new ByteAmount(message.Ram), new ByteAmount(message.Disk));
}
