// SPDX-License-Identifier: Apache-2.0
using Heron.Core.Configuration;

namespace Heron.Core.Scheduling;

/// <summary>What is kept on nodes of containers that ended, for somebody to read why.</summary>
/// <param name="Runs">Of how many earlier runs of a container that runs again the logs are kept.</param>
/// <param name="RunMegabytes">Most megabytes of logs kept of one earlier run; the ends of them.</param>
/// <param name="Ended">How long the logs of a container that ended for good are kept.</param>
/// <param name="Root">
/// The folder on nodes below which all folders of containers are: where logs are looked for that were kept long enough. Null
/// when no folder is above all of them alone.
/// </param>
public sealed record LogKeeping(int Runs, int RunMegabytes, TimeSpan Ended, string? Root)
{
    /// <summary>Ours: of how many earlier runs of a container the logs are kept, 0 to 100. Default 3.</summary>
    public const string RunsKey = "heron.containers.logs.runs";

    /// <summary>Ours: most megabytes of logs kept of an earlier run, 1 to 10,000. Default 64.</summary>
    public const string RunMegabytesKey = "heron.containers.logs.run.mb";

    /// <summary>Ours: hours that the logs of a container that ended for good are kept, 0 to 8,760. Default 24.</summary>
    public const string EndedHoursKey = "heron.containers.logs.ended.hours";

    /// <summary>Reads the settings.</summary>
    /// <param name="config">The configuration.</param>
    /// <param name="workingDirectory">The pattern of containers' folders, tokens and all.</param>
    /// <exception cref="HeronException">
    /// <see cref="FaultKind.Invalid"/>: values cannot be used; the message has a line for each, with its key.
    /// </exception>
    public static LogKeeping From(HeronConfig config, string? workingDirectory)
    {
        var mistakes = new List<string>();
        var keeping = new LogKeeping(
            Number(config, RunsKey, 3, 0, 100, mistakes),
            Number(config, RunMegabytesKey, 64, 1, 10_000, mistakes),
            TimeSpan.FromHours(Number(config, EndedHoursKey, 24, 0, 8_760, mistakes)),
            workingDirectory is null ? null : RootOf(workingDirectory));
        return mistakes.Count == 0 ? keeping : throw new HeronException(FaultKind.Invalid, string.Join('\n', mistakes));
    }

    /// <summary>The fixed beginning of a pattern, up to its first token that a request fills in; null when that is no folder of its own.</summary>
    public static string? RootOf(string pattern)
    {
        var from = pattern.StartsWith(StartScript.NodeHome, StringComparison.Ordinal) ? StartScript.NodeHome.Length : 0;
        var token = pattern.IndexOf("${", from, StringComparison.Ordinal);
        var root = (token < 0 ? pattern : pattern[..(pattern.LastIndexOf('/', token) + 1)]).TrimEnd('/');
        return root.Length > from + 1 && root[from] == '/' ? root : null;
    }

    private static int Number(HeronConfig config, string key, int defaultValue, int smallest, int largest, List<string> mistakes)
    {
        try
        {
            var value = config.GetLong(key, defaultValue);
            if (value >= smallest && value <= largest)
            {
                return (int)value;
            }

            mistakes.Add($"the setting {key} must be a number from {smallest} to {largest}, not {value}");
        }
        catch (HeronException noNumber)
        {
            mistakes.Add(noNumber.Message);
        }

        return defaultValue;
    }
}
