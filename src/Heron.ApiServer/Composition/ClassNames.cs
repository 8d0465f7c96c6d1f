using Heron.Core;
using Heron.Core.Configuration;
using Heron.Operations.Deploying;

namespace Heron.ApiServer.Composition;

/// <summary>
/// The one table of Java class names in Heron's configuration files, and what each one is here. Both families of packages
/// count: <c>org.apache.heron</c>, and <c>com.twitter.heron</c> of releases up to 0.17.
/// </summary>
public static class ClassNames
{
    private const string Apache = "org.apache.heron.";
    private const string Twitter = "com.twitter.heron.";

    private static readonly Dictionary<string, SchedulerKind> Schedulers = new(StringComparer.Ordinal)
    {
        ["scheduler.nomad.NomadScheduler"] = SchedulerKind.Nomad,
        ["scheduler.local.LocalScheduler"] = SchedulerKind.Local,
    };

    private static readonly Dictionary<string, SchedulerKind> Launchers = new(StringComparer.Ordinal)
    {
        ["scheduler.nomad.NomadLauncher"] = SchedulerKind.Nomad,
        ["scheduler.local.LocalLauncher"] = SchedulerKind.Local,
    };

    private static readonly Dictionary<string, StateManagerKind> StateManagers = new(StringComparer.Ordinal)
    {
        ["statemgr.zookeeper.curator.CuratorStateManager"] = StateManagerKind.ZooKeeper,
        ["statemgr.localfs.LocalFileSystemStateManager"] = StateManagerKind.LocalFileSystem,
    };

    private static readonly Dictionary<string, UploaderKind> Uploaders = new(StringComparer.Ordinal)
    {
        ["uploader.http.HttpUploader"] = UploaderKind.Http,
        ["uploader.localfs.LocalFileSystemUploader"] = UploaderKind.LocalFileSystem,
        ["uploader.s3.S3Uploader"] = UploaderKind.S3,
        ["uploader.scp.ScpUploader"] = UploaderKind.Scp,
    };

    private static readonly Dictionary<string, PackingKind> Packings = new(StringComparer.Ordinal)
    {
        ["packing.roundrobin.RoundRobinPacking"] = PackingKind.RoundRobin,
        ["packing.roundrobin.RoundRobinPackingV2"] = PackingKind.RoundRobinV2,
        ["packing.roundrobin.ResourceCompliantRRPacking"] = PackingKind.ResourceCompliantRoundRobin,
        ["packing.binpacking.FirstFitDecreasingPacking"] = PackingKind.FirstFitDecreasing,
    };

    /// <summary>The scheduler that <c>heron.class.scheduler</c> names.</summary>
    /// <exception cref="HeronException">It is not set or not known; the message lists those that are.</exception>
    public static SchedulerKind Scheduler(HeronConfig config) => Find(config, ConfigKeys.SchedulerClass, Schedulers);

    /// <summary>The scheduler that <c>heron.class.launcher</c> belongs to.</summary>
    /// <inheritdoc cref="Scheduler" path="//exception"/>
    public static SchedulerKind Launcher(HeronConfig config) => Find(config, ConfigKeys.LauncherClass, Launchers);

    /// <summary>The state manager that <c>heron.class.state.manager</c> names.</summary>
    /// <inheritdoc cref="Scheduler" path="//exception"/>
    public static StateManagerKind StateManager(HeronConfig config) => Find(config, ConfigKeys.StateManagerClass, StateManagers);

    /// <summary>The uploader that <c>heron.class.uploader</c> names.</summary>
    /// <inheritdoc cref="Scheduler" path="//exception"/>
    public static UploaderKind Uploader(HeronConfig config) => Find(config, ConfigKeys.UploaderClass, Uploaders);

    /// <summary>The algorithm that <c>heron.class.packing.algorithm</c> names; a submission may name another one.</summary>
    /// <inheritdoc cref="Scheduler" path="//exception"/>
    public static PackingKind Packing(HeronConfig config) => Find(config, ConfigKeys.PackingClass, Packings);

    /// <summary>
    /// The algorithm that <c>heron.class.repacking.algorithm</c> names. Templates up to 0.17.3 do not have the key: then it is
    /// the one that packs.
    /// </summary>
    /// <inheritdoc cref="Scheduler" path="//exception"/>
    public static PackingKind Repacking(HeronConfig config) => config.Get(ConfigKeys.RepackingClass) is null
        ? Packing(config)
        : Find(config, ConfigKeys.RepackingClass, Packings);

    /// <summary>Whether a class name is of the older family, as configurations for heron-core up to 0.17 have it.</summary>
    public static bool IsOlderFamily(string className) => className.StartsWith(Twitter, StringComparison.Ordinal);

    private static T Find<T>(HeronConfig config, string key, Dictionary<string, T> known)
    {
        var name = config.GetString(key);
        if (string.IsNullOrEmpty(name))
        {
            throw new HeronException(FaultKind.Invalid, $"{key} is not set: use one of {List(known)}");
        }

        var suffix = name.StartsWith(Apache, StringComparison.Ordinal) ? name[Apache.Length..]
            : IsOlderFamily(name) ? name[Twitter.Length..]
            : "";
        return known.TryGetValue(suffix, out var kind)
            ? kind
            : throw new HeronException(
                FaultKind.Invalid, $"{key}: the class {OneLine(name)} is not known here; use one of {List(known)}");
    }

    private static string List<T>(Dictionary<string, T> known) =>
        string.Join(", ", known.Keys.Select(suffix => Apache + suffix));

    private static string OneLine(string value) => string.Concat(value.Select(c => char.IsControl(c) ? ' ' : c));
}
