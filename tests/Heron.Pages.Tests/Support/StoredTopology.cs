// SPDX-License-Identifier: Apache-2.0
using Google.Protobuf;
using Heron.Core.Protobuf;
using Heron.Testing.State;

namespace Heron.Pages.Tests.Support;

/// <summary>Writes a topology straight into a state folder, as another server may have.</summary>
internal sealed class StoredTopology(string folder)
{
    /// <summary>Writes what a physical plan of a running topology would say, so that its containers count as registered.</summary>
    public void WritePhysicalPlan(Topology definition, PackingPlan plan) =>
        Write("pplans", definition.Name, Samples.PhysicalOf(definition, plan));

    /// <summary>Writes a whole topology of one container.</summary>
    public void WriteAll(Topology definition, ExecutionState execution)
    {
        var plan = new PackingPlan { Id = definition.Id };
        var resource = new Resource { Cpu = 1, Ram = 1, Disk = 1 };
        var container = new ContainerPlan { Id = 1, RequiredResource = resource };
        var task = 0;
        foreach (var component in definition.Spouts.Select(s => s.Comp).Concat(definition.Bolts.Select(b => b.Comp)))
        {
            container.InstancePlans.Add(new InstancePlan
            {
                ComponentName = component.Name,
                TaskId = ++task,
                ComponentIndex = 0,
                Resource = resource,
            });
        }

        plan.ContainerPlans.Add(container);
        Write("packingplans", definition.Name, plan);
        Write("executionstate", definition.Name, execution);
        WritePhysicalPlan(definition, plan);
        Write("topologies", definition.Name, definition);
    }

    public T Read<T>(MessageParser<T> parser, string kind, string name)
        where T : IMessage<T> => parser.ParseFrom(File.ReadAllBytes(Path.Join(folder, kind, name)));

    private void Write(string kind, string name, IMessage message)
    {
        Directory.CreateDirectory(Path.Join(folder, kind));
        var path = Path.Join(folder, kind, name);
        File.WriteAllBytes(path + ".new", message.ToByteArray());
        File.Move(path + ".new", path, overwrite: true);
    }
}
