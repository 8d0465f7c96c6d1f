// SPDX-License-Identifier: Apache-2.0
using Heron.Core;
using Heron.Core.Configuration;
using Heron.Core.Parts;
using Heron.Core.Scheduling;
using Heron.Core.Topologies;

namespace Heron.Scheduler.Local;

/// <summary>How containers run on this machine.</summary>
/// <param name="State">
/// The folder in which the scheduler keeps its own files: below the configured one, else below the fixed beginning of the
/// working directory's pattern, one for each cluster, so that servers of different clusters do not see each other's containers.
/// </param>
/// <param name="KillGrace">How long a container may take to end after TERM before it gets KILL.</param>
/// <param name="MinBackoff">The pause before a container that died is started again; doubled each time.</param>
/// <param name="MaxBackoff">The longest such pause.</param>
/// <param name="Healthy">After running this long a container's next pause is the shortest again.</param>
/// <param name="Keeping">What is kept of containers that ended.</param>
internal sealed record LocalSchedulerSettings(
    string State, TimeSpan KillGrace, TimeSpan MinBackoff, TimeSpan MaxBackoff, TimeSpan Healthy, LogKeeping Keeping)
{
    /// <summary>Heron's key: the folder of a topology's containers; <c>container-N</c> is added.</summary>
    public const string WorkingDirectoryKey = "heron.scheduler.local.working.directory";

    /// <summary>Ours: where the scheduler keeps its own files, if not beside the working directories.</summary>
    public const string StateDirectoryKey = "heron.scheduler.local.state.directory";

    /// <summary>Ours: seconds between TERM and KILL. Default 10.</summary>
    public const string KillGraceKey = "heron.scheduler.local.kill.grace.secs";

    /// <summary>Ours: the shortest pause before a restart, milliseconds. Default 1,000.</summary>
    public const string MinBackoffKey = "heron.scheduler.local.restart.backoff.min.ms";

    /// <summary>Ours: the longest pause before a restart, milliseconds. Default 60,000.</summary>
    public const string MaxBackoffKey = "heron.scheduler.local.restart.backoff.max.ms";

    private const string StateFolder = ".heron-containers";

    /// <summary>A day, in milliseconds.</summary>
    private const long LongestBackoff = 86_400_000;

    /// <summary>Reads the settings of a server.</summary>
    /// <returns>Not to be used after a mistake.</returns>
    public static LocalSchedulerSettings? Read(PartSettings settings, Findings findings)
    {
        var server = settings.Config;
        var min = findings.Try<long?>(() => server.GetLong(MinBackoffKey, 1000));
        var max = findings.Try<long?>(() => server.GetLong(MaxBackoffKey, 60_000));
        var grace = findings.Try<double?>(() => server.GetDouble(KillGraceKey, 10));
        // What is no number is told already, and nothing is compared with it.
        if (min < 0 || max < min || max > LongestBackoff)
        {
            findings.Mistake($"{MinBackoffKey} ({min}) must not be negative, and {MaxBackoffKey} ({max}) lie between it and {LongestBackoff}");
        }

        if (grace is < 0 or > 3600)
        {
            findings.Mistake($"{KillGraceKey} ({grace}) must lie between 0 and 3600");
        }

        var root = findings.Try(() => RootOf(server));
        var keeping = findings.Try(() => LogKeeping.From(server, server.GetString(WorkingDirectoryKey)));
        findings.Try(() => SafeNames.CheckSegment("cluster", settings.Cluster));
        return root is null || keeping is null || min is null || max is null || grace is null ? null : new LocalSchedulerSettings(
            Path.Join(root, StateFolder, settings.Cluster),
            TimeSpan.FromSeconds(grace.Value),
            TimeSpan.FromMilliseconds(min.Value),
            TimeSpan.FromMilliseconds(max.Value),
            TimeSpan.FromMinutes(1),
            keeping);
    }

    /// <summary>The folder of one topology's containers.</summary>
    /// <exception cref="HeronException"><see cref="FaultKind.Invalid"/> when it is no absolute path.</exception>
    public static string WorkingDirectoryOf(HeronConfig request)
    {
        var path = request.GetString(WorkingDirectoryKey, string.Empty).TrimEnd('/');
        return Path.IsPathRooted(path) && !path.Contains("${", StringComparison.Ordinal)
            ? path
            : throw new HeronException(
                FaultKind.Invalid, $"the setting {WorkingDirectoryKey} must be an absolute path without tokens left in it, not '{path}'");
    }

    private static string RootOf(HeronConfig server)
    {
        if (server.GetString(StateDirectoryKey) is { Length: > 0 } configured)
        {
            return Path.IsPathRooted(configured)
                ? configured
                : throw new HeronException(FaultKind.Invalid, $"the setting {StateDirectoryKey} must be an absolute path, not '{configured}'");
        }

        var pattern = server.GetString(WorkingDirectoryKey, string.Empty);
        var token = pattern.IndexOf("${", StringComparison.Ordinal);
        var root = token < 0 ? pattern : pattern[..(pattern.LastIndexOf('/', token) + 1)];
        root = root.TrimEnd('/');
        return root.StartsWith('/')
            ? root
            : throw new HeronException(
                FaultKind.Invalid,
                $"the setting {WorkingDirectoryKey} must be an absolute path that begins with at least one folder without tokens, not '{pattern}'");
    }
}
