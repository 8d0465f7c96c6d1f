// SPDX-License-Identifier: Apache-2.0
namespace Heron.Core.Scheduling;

/// <summary>
/// What differs on the wire between releases of heron-core, as one table: <see cref="All"/>. Each row is the row before
/// it with what changed in that release, read from the project's tags. An executor from 0.20.3 on ends when it meets a
/// flag it does not know, so a row has exactly the flags that its releases know.
/// </summary>
public sealed record HeronCoreGeneration
{
    private const string Java0173Escape = "&equals;";
    private const string Java0178Escape = "(61)";

    /// <summary>The first release of the generation.</summary>
    public required HeronCoreVersion Since { get; init; }

    /// <summary>Package of Heron's Java classes in configuration files: <c>com.twitter.heron</c> or <c>org.apache.heron</c>.</summary>
    public required string ClassNamePrefix { get; init; }

    /// <summary>State directory of the topology manager's location: <c>tmanagers</c>, or <c>tmasters</c> before 0.20.3.</summary>
    public required string TManagerDirectory { get; init; }

    /// <summary>Whether the topology manager is called master, as it was before 0.20.3.</summary>
    public bool IsMaster => TManagerDirectory == "tmasters";

    /// <summary>Name of the topology manager's program in <c>heron-core/bin</c>.</summary>
    public required string TManagerProgram { get; init; }

    /// <summary>Configuration key of the topology manager's program.</summary>
    public required string TManagerBinaryKey { get; init; }

    /// <summary>Flag of the topology manager's program.</summary>
    public required string TManagerBinaryFlag { get; init; }

    /// <summary>The ports of a container, in the order of the command line.</summary>
    public required IReadOnlyList<ExecutorPort> Ports { get; init; }

    /// <summary>How <c>=</c> is written in the base64 of JVM options.</summary>
    public required string EqualsEscape { get; init; }

    /// <summary>Whether <c>--metricscache-manager-mode</c> is known.</summary>
    public required bool HasMetricsCacheManagerMode { get; init; }

    /// <summary>Whether <c>--checkpoint-manager-ram</c> is known, and then required.</summary>
    public required bool HasCheckpointManagerRam { get; init; }

    /// <summary>Whether <c>--verbose-gc</c> is known.</summary>
    public required bool HasVerboseGc { get; init; }

    /// <summary>Whether the downloader takes <c>-u URI -f FOLDER ...</c>; before, only <c>URI FOLDER</c>.</summary>
    public required bool DownloaderTakesOptions { get; init; }

    /// <summary>Whether an unknown flag ends the executor.</summary>
    public required bool RefusesUnknownFlags { get; init; }

    /// <summary>All generations, oldest first.</summary>
    public static IReadOnlyList<HeronCoreGeneration> All { get; } = Table();

    /// <summary>The generation of the newest release.</summary>
    public static HeronCoreGeneration Newest => All[^1];

    /// <summary>The generation that a release belongs to; releases before the first row are treated as it.</summary>
    public static HeronCoreGeneration For(HeronCoreVersion version) =>
        All.LastOrDefault(generation => generation.Since <= version) ?? All[0];

    private static List<HeronCoreGeneration> Table()
    {
        var twitter = new HeronCoreGeneration
        {
            Since = new("0.17.0"),
            ClassNamePrefix = "com.twitter.heron",
            TManagerDirectory = "tmasters",
            TManagerProgram = "heron-tmaster",
            TManagerBinaryKey = "heron.binaries.tmaster",
            TManagerBinaryFlag = "tmaster-binary",
            Ports =
            [
                new("master-port", "master"),
                new("tmaster-controller-port", "tmaster_ctl"),
                new("tmaster-stats-port", "tmaster_stats"),
                new("shell-port", ExecutorPort.ShellLabel),
                new("metrics-manager-port", "metrics_mgr"),
                new("scheduler-port", "scheduler"),
                new("metricscache-manager-master-port", "metrics_cache_m"),
                new("metricscache-manager-stats-port", "metrics_cache_s"),
                new("checkpoint-manager-port", "ckptmgr"),
            ],
            EqualsEscape = Java0173Escape,
            HasMetricsCacheManagerMode = false,
            HasCheckpointManagerRam = false,
            HasVerboseGc = false,
            DownloaderTakesOptions = false,
            RefusesUnknownFlags = false,
        };
        var metricsCacheMode = twitter with
        {
            Since = new("0.17.8"),
            EqualsEscape = Java0178Escape,
            HasMetricsCacheManagerMode = true,
        };
        var apache = metricsCacheMode with
        {
            Since = new("0.18.0"),
            ClassNamePrefix = "org.apache.heron",
        };
        var checkpointRam = apache with
        {
            Since = new("0.19.0.2"),
            HasCheckpointManagerRam = true,
        };
        var downloaderOptions = checkpointRam with
        {
            Since = new("0.19.0.6"),
            DownloaderTakesOptions = true,
        };
        var manager = downloaderOptions with
        {
            Since = new("0.20.3-incubating-rc8"),
            TManagerDirectory = "tmanagers",
            TManagerProgram = "heron-tmanager",
            TManagerBinaryKey = "heron.binaries.tmanager",
            TManagerBinaryFlag = "tmanager-binary",
            Ports =
            [
                new("server-port", "server"),
                new("tmanager-controller-port", "tmanager_ctl"),
                new("tmanager-stats-port", "tmanager_stats"),
                .. downloaderOptions.Ports.Skip(3).Take(3),
                new("metricscache-manager-server-port", "metrics_cache_m"),
                .. downloaderOptions.Ports.Skip(7),
            ],
            RefusesUnknownFlags = true,
        };
        var verboseGc = manager with
        {
            Since = new("0.20.4-incubating-rc1"),
            HasVerboseGc = true,
        };
        return [twitter, metricsCacheMode, apache, checkpointRam, downloaderOptions, manager, verboseGc];
    }
}
