// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Heron.Core.Protobuf;
using Heron.Core.State;

namespace Heron.ApiServer.Tracker;

/// <summary>A topology in the shapes of the stock tracker 0.20.5.</summary>
internal static class TrackerViews
{
    /// <summary>Everything at once.</summary>
    public static JsonObject Info(TopologySnapshot topology) => new()
    {
        ["execution_state"] = ExecutionState(topology),
        ["id"] = topology.PhysicalPlan.Value?.Topology.Id ?? topology.PackingPlan.Value?.Id,
        ["logical_plan"] = LogicalPlan(topology),
        ["metadata"] = Metadata(topology),
        ["name"] = topology.Name,
        ["packing_plan"] = PackingPlan(topology.PackingPlan.Value),
        ["physical_plan"] = PhysicalPlan(topology.PhysicalPlan.Value),
        ["runtime_state"] = RuntimeState(topology, []),
        ["scheduler_location"] = SchedulerLocation(topology.SchedulerLocation.Value),
        ["tmanager_location"] = ManagerLocation(topology.TManagerLocation.Value),
    };

    /// <summary>Who submitted it, when and where.</summary>
    public static JsonObject Metadata(TopologySnapshot topology)
    {
        var execution = topology.ExecutionState.Value!;
        return new JsonObject
        {
            ["cluster"] = execution.Cluster,
            ["environ"] = execution.Environ,
            ["role"] = execution.Role,
            ["jobname"] = topology.Name,
            ["submission_time"] = execution.SubmissionTime,
            ["submission_user"] = execution.SubmissionUser,
            ["release_username"] = execution.ReleaseState?.ReleaseUsername ?? "",
            ["release_tag"] = execution.ReleaseState?.ReleaseTag ?? "",
            ["release_version"] = execution.ReleaseState?.ReleaseVersion ?? "",
            ["instances"] = topology.PhysicalPlan.Value?.Instances.Count ?? 0,
            ["extra_links"] = new JsonArray(),
        };
    }

    /// <summary>The same with what there is of the topology, and whether its spouts run.</summary>
    public static JsonObject ExecutionState(TopologySnapshot topology)
    {
        var result = Metadata(topology);
        AddPresence(result, topology);
        result["status"] = topology.PhysicalPlan.Value?.Topology.State switch
        {
            TopologyState.Running => "Running",
            TopologyState.Paused => "Paused",
            TopologyState.Killed => "Killed",
            _ => "Unknown",
        };
        return result;
    }

    /// <summary>What there is of the topology, and which of its stream managers have registered.</summary>
    public static JsonObject RuntimeState(TopologySnapshot topology, IEnumerable<(string Manager, bool IsRegistered)> managers)
    {
        var result = new JsonObject();
        AddPresence(result, topology);
        result["stmgrs"] = new JsonObject(managers.Select(
            m => KeyValuePair.Create<string, JsonNode?>(m.Manager, new JsonObject { ["is_registered"] = m.IsRegistered })));
        return result;
    }

    /// <summary>Components and streams, from the physical plan.</summary>
    public static JsonObject LogicalPlan(TopologySnapshot topology)
    {
        var plan = topology.PhysicalPlan.Value?.Topology;
        return new JsonObject
        {
            ["bolts"] = new JsonObject((plan?.Bolts ?? []).Select(b => KeyValuePair.Create<string, JsonNode?>(b.Comp.Name, Bolt(b)))),
            ["spouts"] = new JsonObject(
                (plan?.Spouts ?? []).Select(s => KeyValuePair.Create<string, JsonNode?>(s.Comp.Name, Spout(s, topology)))),
            ["stages"] = plan is null ? 0 : Stages(plan),
        };
    }

    /// <summary>What should run in which container; of no plan an empty one.</summary>
    public static JsonObject PackingPlan(PackingPlan? plan) => new()
    {
        ["id"] = plan?.Id ?? "",
        ["container_plans"] = Array(plan?.ContainerPlans ?? [], c => new JsonObject
        {
            ["id"] = c.Id,
            ["instances"] = Array(c.InstancePlans, i => new JsonObject
            {
                ["component_name"] = i.ComponentName,
                ["task_id"] = i.TaskId,
                ["component_index"] = i.ComponentIndex,
                ["instance_resources"] = Resources(i.Resource),
            }),
            ["required_resources"] = Resources(c.RequiredResource),
            ["scheduled_resources"] = Resources(c.ScheduledResource),
        }),
    };

    /// <summary>What runs where; of no plan an empty one.</summary>
    public static JsonObject PhysicalPlan(PhysicalPlan? plan)
    {
        var managers = (plan?.Stmgrs ?? []).ToDictionary(s => s.Id, StringComparer.Ordinal);
        var instances = (plan?.Instances ?? []).Where(i => managers.ContainsKey(i.StmgrId)).ToList();
        var components = (plan?.Topology.Spouts ?? []).Select(s => s.Comp).Concat((plan?.Topology.Bolts ?? []).Select(b => b.Comp));
        return new JsonObject
        {
            ["instances"] = new JsonObject(instances.Select(i => KeyValuePair.Create<string, JsonNode?>(
                i.InstanceId,
                new JsonObject
                {
                    ["id"] = i.InstanceId,
                    ["name"] = i.Info.ComponentName,
                    ["stmgr_id"] = i.StmgrId,
                    ["logfile"] = Page(managers[i.StmgrId], $"file/log-files/{i.InstanceId}.log.0"),
                }))),
            ["instance_groups"] = new JsonObject(instances.GroupBy(i => GroupOf(i.InstanceId))
                .Select(g => KeyValuePair.Create<string, JsonNode?>(g.Key, Array(g, i => JsonValue.Create(i.InstanceId))))),
            ["stmgrs"] = new JsonObject(managers.Values.Select(
                m => KeyValuePair.Create<string, JsonNode?>(m.Id, Manager(m, instances.Where(i => i.StmgrId == m.Id))))),
            ["spouts"] = InstancesOf((plan?.Topology.Spouts ?? []).Select(s => s.Comp.Name), instances),
            ["bolts"] = InstancesOf((plan?.Topology.Bolts ?? []).Select(b => b.Comp.Name), instances),
            ["config"] = TrackerConfig.Of(plan?.Topology.TopologyConfig),
            ["components"] = new JsonObject(components.Select(
                c => KeyValuePair.Create<string, JsonNode?>(c.Name, new JsonObject { ["config"] = TrackerConfig.Of(c.Config) }))),
        };
    }

    /// <summary>Where its scheduler is.</summary>
    public static JsonObject SchedulerLocation(SchedulerLocation? location) => new()
    {
        ["name"] = location?.TopologyName,
        ["http_endpoint"] = location?.HttpEndpoint,
        ["job_page_link"] = location is null ? null : location.JobPageLink.FirstOrDefault() ?? "",
    };

    private static JsonObject ManagerLocation(TManagerLocation? location) => new()
    {
        ["name"] = location?.TopologyName,
        ["id"] = location?.TopologyId,
        ["host"] = location?.Host,
        ["controller_port"] = location?.ControllerPort,
        ["server_port"] = location?.ServerPort,
        ["stats_port"] = location is { HasStatsPort: true } ? location.StatsPort : null,
    };

    private static void AddPresence(JsonObject to, TopologySnapshot topology)
    {
        to["has_physical_plan"] = topology.PhysicalPlan.Value is not null;
        to["has_packing_plan"] = topology.PackingPlan.Value is not null;
        to["has_tmanager_location"] = topology.TManagerLocation.Value is not null;
        to["has_scheduler_location"] = topology.SchedulerLocation.Value is not null;
    }

    private static JsonObject Spout(Spout spout, TopologySnapshot topology)
    {
        var config = TrackerConfig.Of(spout.Comp.Config, withObjects: false);
        return new JsonObject
        {
            ["config"] = config,
            ["spout_type"] = Text(config, "spout.type") ?? "default",
            ["spout_source"] = Text(config, "spout.source") ?? "NA",
            ["version"] = Text(config, "spout.version") ?? "NA",
            ["outputs"] = Outputs(spout.Outputs),
            ["extra_links"] = ExtraLinks(Text(config, "extra.links"), topology.ExecutionState.Value!),
        };
    }

    private static JsonObject Bolt(Bolt bolt) => new()
    {
        ["config"] = TrackerConfig.Of(bolt.Comp.Config, withObjects: false),
        ["outputs"] = Outputs(bolt.Outputs),
        ["inputs"] = Array(bolt.Inputs, i => new JsonObject
        {
            ["stream_name"] = i.Stream.Id,
            ["component_name"] = i.Stream.ComponentName,
            ["grouping"] = i.Gtype.ToString().ToUpperInvariant(),
        }),
        ["inputComponents"] = Array(bolt.Inputs, i => JsonValue.Create(i.Stream.ComponentName)),
    };

    private static JsonArray Outputs(IEnumerable<OutputStream> outputs) =>
        Array(outputs, o => new JsonObject { ["stream_name"] = o.Stream.Id });

    /// <summary>Number of streams on the longest way; a way in a circle ends where it began.</summary>
    private static int Stages(Topology topology)
    {
        var inputs = topology.Bolts.ToDictionary(
            b => b.Comp.Name, b => b.Inputs.Select(i => i.Stream.ComponentName).Distinct().ToList(), StringComparer.Ordinal);
        var known = new Dictionary<string, int>(StringComparer.Ordinal);
        return inputs.Keys.Select(Longest).DefaultIfEmpty(0).Max();

        int Longest(string component)
        {
            if (known.TryGetValue(component, out var length))
            {
                return length;
            }

            known[component] = 0;
            return known[component] = inputs.TryGetValue(component, out var from)
                ? from.Select(f => Longest(f) + 1).DefaultIfEmpty(0).Max()
                : 0;
        }
    }

    /// <summary>Links that a spout's configuration asks for, with the topology's names in them.</summary>
    private static JsonArray ExtraLinks(string? json, ExecutionState execution)
    {
        try
        {
            if (json is null || JsonNode.Parse(json) is not JsonArray links)
            {
                return [];
            }

            return Array(links.OfType<JsonObject>(), link =>
            {
                var result = link.DeepClone().AsObject();
                if (Text(result, "formatter") is { } formatter)
                {
                    result["url"] = Format(formatter, execution);
                }

                return result;
            });
        }
        catch (JsonException)
        {
            return [];
        }
    }

    private static string Format(string formatter, ExecutionState execution) => new[]
    {
        ("CLUSTER", execution.Cluster), ("ENVIRON", execution.Environ), ("ROLE", execution.Role),
        ("TOPOLOGY", execution.TopologyName), ("USER", execution.SubmissionUser),
    }.Aggregate(formatter, (text, name) => text.Replace("${" + name.Item1 + "}", name.Item2, StringComparison.Ordinal));

    private static JsonObject Resources(Resource? resource) => new()
    {
        ["cpu"] = PythonText.Number(resource?.Cpu is { } cpu && double.IsFinite(cpu) ? cpu : 0),
        ["ram"] = resource?.Ram ?? 0,
        ["disk"] = resource?.Disk ?? 0,
    };

    private static JsonObject Manager(StMgr manager, IEnumerable<Instance> instances) => new()
    {
        ["id"] = manager.Id,
        ["host"] = manager.HostName,
        ["port"] = manager.DataPort,
        ["shell_port"] = manager.HasShellPort ? manager.ShellPort : null,
        ["cwd"] = manager.Cwd,
        ["pid"] = manager.Pid,
        ["joburl"] = Page(manager, "browse/"),
        ["logfiles"] = Page(manager, "browse/log-files"),
        ["instance_ids"] = Array(instances, i => JsonValue.Create(i.InstanceId)),
    };

    private static string? Page(StMgr manager, string path) => manager.ShellPort == 0
        ? null
        : string.Create(CultureInfo.InvariantCulture, $"http://{manager.HostName}:{manager.ShellPort}/{path}");

    private static JsonObject InstancesOf(IEnumerable<string> components, List<Instance> instances) => new(components.Select(
        c => KeyValuePair.Create<string, JsonNode?>(
            c, Array(instances.Where(i => i.Info.ComponentName == c), i => JsonValue.Create(i.InstanceId)))));

    // container_1_word_5: without the last two words, as the stock tracker cuts it.
    private static string GroupOf(string instance) =>
        instance.Split('_') is { Length: > 2 } words ? string.Join('_', words[..^2]) : instance.Split('_')[0];

    private static string? Text(JsonObject config, string key) =>
        config[key] is JsonValue value && value.GetValueKind() == JsonValueKind.String ? value.GetValue<string>() : null;

    private static JsonArray Array<T>(IEnumerable<T> items, Func<T, JsonNode?> show) => new([.. items.Select(show)]);
}
