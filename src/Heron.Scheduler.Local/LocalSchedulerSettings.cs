using Heron.Core;
using Heron.Core.Configuration;

namespace Heron.Scheduler.Local;

/// <summary>How containers run on this machine.</summary>
/// <param name="Root">
/// The folder under which the scheduler keeps its own files, and normally the containers too: the fixed beginning of
/// the working directory's pattern.
/// </param>
/// <param name="KillGrace">How long a container may take to end after TERM before it gets KILL.</param>
/// <param name="MinBackoff">The pause before a container that died is started again; doubled each time.</param>
/// <param name="MaxBackoff">The longest such pause.</param>
/// <param name="Healthy">After running this long a container's next pause is the shortest again.</param>
public sealed record LocalSchedulerSettings(
    string Root, TimeSpan KillGrace, TimeSpan MinBackoff, TimeSpan MaxBackoff, TimeSpan Healthy)
{
    /// <summary>Heron's key: the folder of a topology's containers; <c>container-N</c> is added.</summary>
    public const string WorkingDirectoryKey = "heron.scheduler.local.working.directory";

    /// <summary>Ours: where the scheduler keeps its own files, if not beside the working directories.</summary>
    public const string StateDirectoryKey = "heron.scheduler.local.state.directory";

    /// <summary>Ours: seconds between TERM and KILL.</summary>
    public const string KillGraceKey = "heron.scheduler.local.kill.grace.secs";

    /// <summary>Ours: the shortest pause before a restart, milliseconds.</summary>
    public const string MinBackoffKey = "heron.scheduler.local.restart.backoff.min.ms";

    /// <summary>Ours: the longest pause before a restart, milliseconds.</summary>
    public const string MaxBackoffKey = "heron.scheduler.local.restart.backoff.max.ms";

    /// <summary>A day, in milliseconds.</summary>
    private const long LongestBackoff = 86_400_000;

    /// <summary>Reads the settings of a server.</summary>
    /// <param name="server">The server's own view; tokens of single requests may still stand in it.</param>
    /// <exception cref="HeronException"><see cref="FaultKind.Invalid"/> for a value that cannot be used.</exception>
    public static LocalSchedulerSettings From(HeronConfig server)
    {
        var min = server.GetLong(MinBackoffKey, 1000);
        var max = server.GetLong(MaxBackoffKey, 60_000);
        var grace = server.GetDouble(KillGraceKey, 10);
        if (min < 0 || max < min || max > LongestBackoff || grace is not (>= 0 and <= 3600))
        {
            throw new HeronException(
                FaultKind.Invalid,
                $"{MinBackoffKey} ({min}) must not be negative, {MaxBackoffKey} ({max}) lie between it and {LongestBackoff}, and {KillGraceKey} ({grace}) between 0 and 3600");
        }

        return new LocalSchedulerSettings(
            RootOf(server),
            TimeSpan.FromSeconds(grace),
            TimeSpan.FromMilliseconds(min),
            TimeSpan.FromMilliseconds(max),
            TimeSpan.FromMinutes(1));
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
