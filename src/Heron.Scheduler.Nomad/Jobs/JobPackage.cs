using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Heron.Core.Scheduling;

namespace Heron.Scheduler.Nomad.Jobs;

/// <summary>What a registered job fetches as its topology package.</summary>
internal static partial class JobPackage
{
    private const string DownloadCommand = "HERON_TOPOLOGY_DOWNLOAD_CMD";

    /// <summary>
    /// The address: jobs of ours say it, those of the Java server have it in the command of Heron's downloader, which stands in the
    /// environment (raw_exec) or begins the task's one argument (docker).
    /// </summary>
    /// <param name="job">The job as Nomad has it.</param>
    /// <returns>Null for a job that fetches nothing, or in a way that nobody knows.</returns>
    public static string? UriOf(JsonObject job)
    {
        if (job["TaskGroups"] is not JsonArray { Count: > 0 } groups
            || groups[0]?["Tasks"] is not JsonArray { Count: > 0 } tasks
            || tasks[0] is not JsonObject task)
        {
            return null;
        }

        var command = Text(task["Env"]?[DownloadCommand]) ?? Text((task["Config"]?["args"] as JsonArray)?.LastOrDefault());
        return Text(task["Env"]?[StartScript.PackageUriVariable])
            ?? (command is not null && Downloader().Match(command) is { Success: true } found ? found.Groups["uri"].Value : null);
    }

    private static string? Text(JsonNode? node) => node is JsonValue value && value.TryGetValue<string>(out var text) ? text : null;

    [GeneratedRegex(@"^\S*heron-downloader(-bin)? (-u )?(?<uri>[^\s'""$`\\]+) ")]
    private static partial Regex Downloader();
}
