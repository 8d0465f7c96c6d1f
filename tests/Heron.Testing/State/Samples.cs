// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using Google.Protobuf;
using Heron.Core.Protobuf;
using Heron.Core.State;

namespace Heron.Testing.State;

/// <summary>Small but complete messages.</summary>
public static class Samples
{
    /// <summary>The recorded topology of lifecycle tests: five instances that RoundRobin packs into two containers.</summary>
    /// <param name="settings">Settings of the topology besides its own.</param>
    public static Topology FiveInstances(IReadOnlyDictionary<string, string>? settings = null)
    {
        var topology = Topology.Parser.ParseFrom(File.ReadAllBytes(Fixtures.Reference("topologies", "syn-2c-5i.defn")));
        foreach (var (key, value) in settings ?? new Dictionary<string, string>())
        {
            topology.TopologyConfig.Kvs.Add(
                new Config.Types.KeyValue { Key = key, Value = value, Type = ConfigValueType.StringValue });
        }

        return topology;
    }

    public static TopologyRegistration Registration(string name, string? id = null, int size = 16)
    {
        id ??= name + "-id";
        return new TopologyRegistration(Definition(name, id, size), Plan(id, 1), Execution(name, id));
    }

    public static Topology Definition(string name, string id, int size = 16)
    {
        var topology = new Topology { Id = id, Name = name, State = TopologyState.Running };
        topology.Spouts.Add(new Spout { Comp = Component("word", size) });
        topology.Bolts.Add(new Bolt { Comp = Component("count", size) });
        return topology;
    }

    public static PackingPlan Plan(string id, int containers)
    {
        var plan = new PackingPlan { Id = id };
        for (int i = 1; i <= containers; i++)
        {
            var container = new ContainerPlan { Id = i, RequiredResource = Resource(), ScheduledResource = Resource() };
            container.InstancePlans.Add(
                new InstancePlan { ComponentName = "word", TaskId = i, ComponentIndex = i - 1, Resource = Resource() });
            plan.ContainerPlans.Add(container);
        }

        return plan;
    }

    public static ExecutionState Execution(string name, string id) => new()
    {
        TopologyName = name,
        TopologyId = id,
        SubmissionTime = 1_795_338_355,
        SubmissionUser = "alice",
        Cluster = "nomad",
        Environ = "devel",
        Role = "ads",
    };

    public static SchedulerLocation Scheduler(string name) => new()
    {
        TopologyName = name,
        HttpEndpoint = "scheduler_as_lib_no_endpoint",
        JobPageLink = { "http://127.0.0.1:4646/ui/jobs" },
    };

    public static TManagerLocation TManager(string name, string id, int port = 15555) => new()
    {
        TopologyName = name,
        TopologyId = id,
        Host = "127.0.0.1",
        ControllerPort = port,
        ServerPort = port + 1,
        StatsPort = port + 2,
    };

    public static PhysicalPlan Physical(string name, string id, TopologyState state = TopologyState.Running)
    {
        var definition = Definition(name, id);
        definition.State = state;
        return new PhysicalPlan { Topology = definition };
    }

    /// <summary>What the topology manager writes once all containers have registered.</summary>
    public static PhysicalPlan PhysicalOf(Topology definition, PackingPlan plan)
    {
        var physical = new PhysicalPlan { Topology = definition };
        foreach (var container in plan.ContainerPlans)
        {
            string manager = string.Create(CultureInfo.InvariantCulture, $"stmgr-{container.Id}");
            physical.Stmgrs.Add(new StMgr { Id = manager, HostName = "node-a", DataPort = 1, LocalEndpoint = "" });
            physical.Instances.Add(container.InstancePlans.Select(instance => new Instance
            {
                InstanceId = string.Create(CultureInfo.InvariantCulture, $"container_{container.Id}_{instance.ComponentName}_{instance.TaskId}"),
                StmgrId = manager,
                Info = new InstanceInfo
                {
                    TaskId = instance.TaskId,
                    ComponentIndex = instance.ComponentIndex,
                    ComponentName = instance.ComponentName,
                },
            }));
        }

        return physical;
    }

    private static Component Component(string name, int size) => new()
    {
        Name = name,
        Spec = ComponentObjectSpec.JavaClassName,
        ClassName = "org.example." + name,
        Config = new Config(),
        SerializedObject = ByteString.CopyFrom(new byte[size]),
    };

    private static Resource Resource() => new() { Cpu = 1, Ram = 1L << 30, Disk = 1L << 30 };
}
