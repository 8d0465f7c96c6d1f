// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Heron.Testing.Nomad;

/// <summary>The mistakes that Nomad 1.0 refuses at register, with its words (see the recorded errors).</summary>
internal static partial class NomadValidation
{
    public static NomadAnswer? Refuse(JsonObject job, ScriptedNomadOptions options, string? queryNamespace)
    {
        var id = job["ID"]?.GetValue<string>();
        if (id is null)
        {
            return NomadAnswer.Text(400, "Job ID hasn't been provided");
        }

        var region = job["Region"]?.GetValue<string>();
        if (region is { Length: > 0 } && region != options.Region)
        {
            return NomadAnswer.Text(500, "No path to region");
        }

        var space = queryNamespace ?? job["Namespace"]?.GetValue<string>();
        if (space is { Length: > 0 } && !options.Namespaces.Contains(space))
        {
            return NomadAnswer.Text(500, $"job \"{id}\" is in nonexistent namespace \"{space}\"");
        }

        var errors = new List<string>();
        if (id.Length == 0)
        {
            errors.Add("Missing job ID");
        }
        else if (id.Contains(' ', StringComparison.Ordinal))
        {
            errors.Add("Job ID contains a space");
        }

        if (job["Datacenters"] is not JsonArray { Count: > 0 })
        {
            errors.Add("Missing job datacenters");
        }

        if (job["Priority"] is { } priority && priority.GetValue<long>() is < 1 or > 100)
        {
            errors.Add("Job priority must be between [1, 100]");
        }

        if (job["TaskGroups"] is not JsonArray { Count: > 0 } groups)
        {
            errors.Add("Missing job task groups");
            return Refusal(errors);
        }

        foreach (var group in groups.Select(g => g!.AsObject()))
        {
            var inner = Group(group);
            if (inner.Count > 0)
            {
                errors.Add($"Task group {group["Name"]} validation failed: {Nested(inner)}");
            }
        }

        return Refusal(errors);
    }

    public static string Warnings(JsonObject job)
    {
        var taskGroup = job["TaskGroups"]![0]!.AsObject();
        var warned = taskGroup["Tasks"]!.AsArray()
            .FirstOrDefault(task => task!["Resources"]?["Networks"] is JsonArray { Count: > 0 });
        return warned is null
            ? ""
            : $"1 warning(s):\n\n* Group \"{taskGroup["Name"]}\" has warnings: 1 error occurred:\n\t* 1 error occurred:\n\t* "
                + $"Task \"{warned["Name"]}\": task network resources have been deprecated as of Nomad 0.12.0. "
                + "Please configure networking via group network block.\n\n\n\n";
    }

    private static NomadAnswer? Refusal(List<string> errors) =>
        errors.Count == 0 ? null : NomadAnswer.Text(500, Nested(errors));

    private static string Nested(List<string> errors) =>
        (errors.Count == 1 ? "1 error occurred:\n" : string.Create(CultureInfo.InvariantCulture, $"{errors.Count} errors occurred:\n"))
        + string.Concat(errors.Select(e => $"\t* {e}\n")) + "\n";

    private static List<string> Group(JsonObject group)
    {
        var errors = new List<string>();
        if (group["Tasks"] is not JsonArray { Count: > 0 } tasks)
        {
            return ["Missing tasks for task group"];
        }

        var disk = group["EphemeralDisk"]?["SizeMB"]?.GetValue<long>() ?? 300;
        if (disk < 10)
        {
            errors.Add($"minimum DiskMB value is 10; got {disk}");
        }

        var restart = group["RestartPolicy"];
        if (restart is not null && restart["Mode"]?.GetValue<string>() is not ("delay" or "fail"))
        {
            errors.Add($"Unsupported restart mode: \"{restart["Mode"]}\"");
        }

        if (restart is not null && restart["Interval"]!.GetValue<long>() < 5_000_000_000)
        {
            errors.Add("Interval can not be less than 5s");
        }

        if (restart is not null
            && restart["Attempts"]!.GetValue<long>() * restart["Delay"]!.GetValue<long>() > restart["Interval"]!.GetValue<long>())
        {
            errors.Add("Nomad can't restart the TaskGroup in this interval");
        }

        var labels = new HashSet<string>();
        foreach (var port in group["Networks"]?[0]?["DynamicPorts"]?.AsArray() ?? [])
        {
            if (!labels.Add(port!["Label"]!.GetValue<string>()))
            {
                errors.Add($"Port label {port["Label"]} already in use by taskgroup network");
            }
        }

        foreach (var task in tasks.Select(t => t!.AsObject()))
        {
            var inner = Task(task, labels, disk);
            if (inner.Count > 0)
            {
                errors.Add($"Task {task["Name"]} validation failed: {Nested(inner)}");
            }
        }

        return errors;
    }

    private static List<string> Task(JsonObject task, HashSet<string> groupLabels, long disk)
    {
        var errors = new List<string>();
        if (task["Name"]!.GetValue<string>().AsSpan().ContainsAny('/', '\\'))
        {
            errors.Add("Task name cannot include slashes");
        }

        if (task["Driver"] is null)
        {
            errors.Add("Missing task driver");
        }

        var cpu = task["Resources"]?["CPU"]?.GetValue<int>() ?? 100;
        if (cpu < 1)
        {
            errors.Add($"minimum CPU value is 1; got {cpu}");
        }

        var memory = task["Resources"]?["MemoryMB"]?.GetValue<int>() ?? 300;
        if (memory < 10)
        {
            errors.Add($"minimum MemoryMB value is 10; got {memory}");
        }

        var logs = (task["LogConfig"]?["MaxFiles"]?.GetValue<long>() ?? 10)
            * (task["LogConfig"]?["MaxFileSizeMB"]?.GetValue<long>() ?? 10);
        if (disk <= logs)
        {
            errors.Add($"log storage ({logs} MB) must be less than requested disk capacity ({disk} MB)");
        }

        var labels = new HashSet<string>(groupLabels);
        foreach (var port in task["Resources"]?["Networks"]?[0]?["DynamicPorts"]?.AsArray() ?? [])
        {
            if (groupLabels.Contains(port!["Label"]!.GetValue<string>()))
            {
                errors.Add($"Port label {port["Label"]} already in use by taskgroup network");
            }

            labels.Add(port["Label"]!.GetValue<string>());
        }

        foreach (var service in task["Services"]?.AsArray() ?? [])
        {
            if (!ServiceName().IsMatch(service!["Name"]!.GetValue<string>()))
            {
                errors.Add(
                    "Service name must be valid per RFC 1123 and can contain only alphanumeric characters or dashes: "
                    + $"\"{service["Name"]}\"");
            }

            var label = service["PortLabel"]?.GetValue<string>();
            if (label is not null && !labels.Contains(label))
            {
                errors.Add($"port label \"{label}\" referenced by services {service["Name"]} does not exist");
            }

            foreach (var check in service["Checks"]?.AsArray() ?? [])
            {
                if ((check!["Timeout"]?.GetValue<long>() ?? 0) < 1_000_000_000)
                {
                    errors.Add("check is missing required value timeout. Timeout cannot be less than 1s");
                }
            }
        }

        foreach (var template in task["Templates"]?.AsArray() ?? [])
        {
            var destination = template!["DestPath"]?.GetValue<string>() ?? "";
            if (destination.Length == 0)
            {
                errors.Add("Must specify a destination for the template");
            }
            else if (destination.Contains("..", StringComparison.Ordinal))
            {
                errors.Add("destination escapes allocation directory");
            }
        }

        return errors;
    }

    [GeneratedRegex("^[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?$")]
    private static partial Regex ServiceName();
}
