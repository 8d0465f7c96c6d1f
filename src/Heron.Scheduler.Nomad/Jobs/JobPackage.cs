// SPDX-License-Identifier: Apache-2.0
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Heron.Core.Scheduling;

namespace Heron.Scheduler.Nomad.Jobs;

/// <summary>What a registered job fetches as its topology package.</summary>
internal static partial class JobPackage
{
    /// <summary>
    /// The address: jobs of ours say it, those of the Java server have it in the command of Heron's downloader, which stands in the
    /// environment (raw_exec) or begins the task's one argument (docker).
    /// </summary>
    /// <param name="job">The job as Nomad has it.</param>
    /// <returns>Null for a job that fetches nothing, or in a way that nobody knows.</returns>
    public static string? UriOf(JsonObject job)
    {
        var task = TaskOf(job);
        var command = Text(task?["Env"]?[StartScript.DownloadCommandVariable]) ?? LastArgument(task);
        return Text(task?["Env"]?[StartScript.PackageUriVariable])
            ?? (command is not null && Downloader().Match(command) is { Success: true } found ? found.Groups["uri"].Value : null);
    }

    /// <summary>The executor's command line; null when it is in a file, or nowhere.</summary>
    public static string? CommandOf(JsonObject job)
    {
        var task = TaskOf(job);
        return Text(task?["Env"]?[StartScript.ExecutorCommandVariable]) ?? LastArgument(task);
    }

    private static JsonNode? TaskOf(JsonObject job) =>
        (job["TaskGroups"] as JsonArray)?.FirstOrDefault()?["Tasks"] is JsonArray { Count: > 0 } tasks ? tasks[0] : null;

    private static string? LastArgument(JsonNode? task) => Text((task?["Config"]?["args"] as JsonArray)?.LastOrDefault());

    private static string? Text(JsonNode? node) => node is JsonValue value && value.TryGetValue<string>(out var text) ? text : null;

    [GeneratedRegex(@"^\S*heron-downloader(-bin)? (-u )?(?<uri>[^\s'""$`\\]+) ")]
    private static partial Regex Downloader();
}
