// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Heron.Core.Packing;
using Heron.Core.Scheduling;
using Heron.Core.Topologies;

namespace Heron.Scheduler.Nomad.Jobs;

/// <summary>
/// Makes the job of a new container from the job of a running one: the jobs of a topology differ only in the container's
/// number. So a topology can grow after a restart of the server, and one that the Java server submitted can too.
/// </summary>
internal static partial class JobReindexer
{
    /// <summary>What Nomad adds to a job that it keeps.</summary>
    private static readonly string[] Kept =
    [
        "Status", "StatusDescription", "Stable", "Version", "SubmitTime", "CreateIndex", "ModifyIndex", "JobModifyIndex",
        "NomadTokenID", "VersionTag",
    ];

    /// <summary>The job for another container.</summary>
    /// <param name="topology">Whose job.</param>
    /// <param name="source">A job of the topology, as read from Nomad.</param>
    /// <param name="from">Its container.</param>
    /// <param name="to">The new container.</param>
    /// <param name="submission">Unique to this change of the topology.</param>
    public static JsonObject Make(TopologyIdentity topology, JsonObject source, int from, int to, string submission)
    {
        var job = source.DeepClone().AsObject();
        foreach (var name in Kept)
        {
            job.Remove(name);
        }

        job["ID"] = JobNames.Of(topology.Id, to);
        job["Stop"] = false;
        var meta = job["Meta"]!.AsObject();
        meta.Remove(JobNames.MetaRestart);
        meta[JobNames.MetaContainerIndex] = to.ToString(CultureInfo.InvariantCulture);
        meta[JobNames.MetaSubmission] = submission;

        var (oldName, newName) = (JobNames.Of(topology.Name, from), JobNames.Of(topology.Name, to));
        Rename(job, "Name", oldName, newName);
        foreach (var group in Items(job, "TaskGroups"))
        {
            Rename(group, "Name", oldName, newName);
            foreach (var task in Items(group, "Tasks"))
            {
                Rename(task, "Name", oldName, newName);
                Reindex(task, from, to);
                foreach (var service in Items(task, "Services"))
                {
                    Reindex(service, topology.Name, from, to);
                }
            }
        }

        return job;
    }

    /// <summary>
    /// Raises memory, and disk where that of the plan is reserved, of a job to what a container needs. CPU stays: how many MHz a core is was the submission's setting, and
    /// unlike memory it is no limit.
    /// </summary>
    /// <returns>What the job had, in words; null when that was enough.</returns>
    public static string? Grow(JsonObject job, Resource needed)
    {
        var group = job["TaskGroups"]![0]!.AsObject();
        var resources = group["Tasks"]![0]!["Resources"]!.AsObject();
        var memory = resources["MemoryMB"]!.GetValue<long>();
        if (job["Meta"]?[JobNames.MetaDisk] is not null
            && group["EphemeralDisk"] is JsonObject disk && disk["SizeMB"]!.GetValue<long>() < needed.Disk.Megabytes)
        {
            disk["SizeMB"] = needed.Disk.Megabytes;
        }

        if (memory >= needed.Ram.Megabytes)
        {
            return null;
        }

        resources["MemoryMB"] = needed.Ram.Megabytes;
        return string.Create(
            CultureInfo.InvariantCulture, $"{memory} MB of memory, though the new plan needs up to {needed.Ram.Megabytes} MB");
    }

    private static void Reindex(JsonObject task, int from, int to)
    {
        if (task["Env"] is JsonObject environment)
        {
            var folder = environment[StartScript.WorkingDirectoryVariable]?.GetValue<string>();
            var end = string.Create(CultureInfo.InvariantCulture, $"/container-{from}");
            if (folder?.EndsWith(end, StringComparison.Ordinal) == true)
            {
                environment[StartScript.WorkingDirectoryVariable] =
                    string.Create(CultureInfo.InvariantCulture, $"{folder[..^end.Length]}/container-{to}");
            }

            if (environment.ContainsKey(StartScript.IndexVariable))
            {
                environment[StartScript.IndexVariable] = to.ToString(CultureInfo.InvariantCulture);
            }

            ReplaceShard(environment, StartScript.ExecutorCommandVariable, from, to);
        }

        // The Java server's docker jobs have the command in the arguments, a long command of ours is in a file.
        if (task["Config"]?["args"] is JsonArray arguments)
        {
            for (var i = 0; i < arguments.Count; i++)
            {
                arguments[i] = Shard(arguments[i]!.GetValue<string>(), from, to);
            }
        }

        foreach (var template in Items(task, "Templates"))
        {
            if (template["DestPath"]?.GetValue<string>().EndsWith(StartScriptFile.CommandName, StringComparison.Ordinal) == true)
            {
                ReplaceShard(template, "EmbeddedTmpl", from, to);
            }
        }
    }

    private static void Reindex(JsonObject service, string topologyName, int from, int to)
    {
        var name = service["Name"]?.GetValue<string>();
        var end = string.Create(CultureInfo.InvariantCulture, $"-{from}");
        if (name?.EndsWith(end, StringComparison.Ordinal) == true)
        {
            service["Name"] = name == JobNames.MetricsService(topologyName, from)
                ? JobNames.MetricsService(topologyName, to)
                : string.Create(CultureInfo.InvariantCulture, $"{name[..^end.Length]}-{to}");
        }

        if (service["Tags"] is JsonArray tags)
        {
            for (var i = 0; i < tags.Count; i++)
            {
                if (tags[i]?.GetValue<string>() == JobNames.Of(topologyName, from))
                {
                    tags[i] = JobNames.Of(topologyName, to);
                }
            }
        }
    }

    private static void ReplaceShard(JsonObject node, string name, int from, int to)
    {
        if (node[name]?.GetValue<string>() is { } text)
        {
            node[name] = Shard(text, from, to);
        }
    }

    /// <summary>
    /// The flag comes behind everything that a user can write into the command, so the last one is the executor's.
    /// </summary>
    private static string Shard(string text, int from, int to)
    {
        var last = ShardFlag().Matches(text)
            .LastOrDefault(m => m.Groups[1].Value == from.ToString(CultureInfo.InvariantCulture));
        return last is null
            ? text
            : string.Concat(
                text.AsSpan(0, last.Groups[1].Index),
                to.ToString(CultureInfo.InvariantCulture),
                text.AsSpan(last.Groups[1].Index + last.Groups[1].Length));
    }

    private static void Rename(JsonObject node, string property, string oldName, string newName)
    {
        if (node[property]?.GetValue<string>() == oldName)
        {
            node[property] = newName;
        }
    }

    private static IEnumerable<JsonObject> Items(JsonObject node, string property) =>
        node[property] is JsonArray items ? items.OfType<JsonObject>() : [];

    [GeneratedRegex(@"--shard=(\d+)(?!\d)")]
    private static partial Regex ShardFlag();
}
