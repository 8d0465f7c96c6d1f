// SPDX-License-Identifier: Apache-2.0
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Heron.Scheduler.Nomad.Client;

/// <summary>
/// Looks whether a job that Nomad answers with has the shape of one, as far as it is read here. Jobs stay trees, so that what
/// only Nomad knows about survives being registered again.
/// </summary>
internal static class JobShape
{
    /// <summary>What is wrong, in words; null when all is well.</summary>
    public static string? FaultIn(JsonObject job)
    {
        try
        {
            Texts(job["Meta"], "Meta");
            Is(job["Stop"], "Stop", JsonValueKind.True, JsonValueKind.False);
            Is(job["JobModifyIndex"], "JobModifyIndex", JsonValueKind.Number);
            Is(job["Name"], "Name", JsonValueKind.String);
            foreach (var datacenter in Items(job["Datacenters"], "Datacenters"))
            {
                Is(datacenter, "Datacenters", JsonValueKind.String);
            }

            foreach (var group in Objects(job["TaskGroups"], "TaskGroups"))
            {
                Is(group["Name"], "TaskGroups.Name", JsonValueKind.String);
                Number(group["EphemeralDisk"], "EphemeralDisk", "SizeMB");
                foreach (var task in Objects(group["Tasks"], "Tasks"))
                {
                    Task(task);
                }
            }

            return null;
        }
        catch (FormatException wrong)
        {
            return wrong.Message;
        }
    }

    private static void Task(JsonObject task)
    {
        Is(task["Name"], "Tasks.Name", JsonValueKind.String);
        Is(task["Driver"], "Tasks.Driver", JsonValueKind.String);
        Texts(task["Env"], "Env");
        Number(task["Resources"], "Resources", "MemoryMB");
        Number(task["Resources"], "Resources", "CPU");
        if (task["Config"] is { } config)
        {
            foreach (var argument in Items(config as JsonObject is { } settings ? settings["args"] : throw Wrong("Config"), "args"))
            {
                Is(argument, "args", JsonValueKind.String);
            }
        }

        foreach (var template in Objects(task["Templates"], "Templates"))
        {
            Is(template["DestPath"], "DestPath", JsonValueKind.String);
            Is(template["EmbeddedTmpl"], "EmbeddedTmpl", JsonValueKind.String);
        }

        foreach (var service in Objects(task["Services"], "Services"))
        {
            Is(service["Name"], "Services.Name", JsonValueKind.String);
            foreach (var tag in Items(service["Tags"], "Tags"))
            {
                Is(tag, "Tags", JsonValueKind.String);
            }
        }
    }

    private static void Texts(JsonNode? node, string name)
    {
        foreach (var (_, value) in node switch { null => [], JsonObject map => map, _ => throw Wrong(name) })
        {
            Is(value, name, JsonValueKind.String);
        }
    }

    private static IEnumerable<JsonObject> Objects(JsonNode? node, string name) =>
        Items(node, name).Select(item => item as JsonObject ?? throw Wrong(name));

    private static JsonArray Items(JsonNode? node, string name) =>
        node switch { null => [], JsonArray list => list, _ => throw Wrong(name) };

    private static void Number(JsonNode? node, string name, string member)
    {
        if (node is not null)
        {
            Is((node as JsonObject ?? throw Wrong(name))[member], $"{name}.{member}", JsonValueKind.Number);
        }
    }

    private static void Is(JsonNode? node, string name, params ReadOnlySpan<JsonValueKind> kinds)
    {
        if (node is not null && !kinds.Contains(node.GetValueKind()))
        {
            throw Wrong(name);
        }

        if (node is JsonValue value && kinds.Contains(JsonValueKind.Number) && !value.TryGetValue<long>(out _) && !value.TryGetValue<int>(out _))
        {
            throw Wrong(name);
        }
    }

    private static FormatException Wrong(string name) => new($"{name} is not of its type");
}
