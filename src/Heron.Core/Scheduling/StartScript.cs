// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using Heron.Core.Configuration;

namespace Heron.Core.Scheduling;

/// <summary>
/// The script that starts a container on a node, for Nomad's raw_exec and the local scheduler alike. What it takes from
/// the environment and how it ends is said at its top.
/// </summary>
public static class StartScript
{
    private const string Resource = "Heron.Core.Scheduling.start-container.sh";

    /// <summary>The file name under which it is written beside a container.</summary>
    public const string FileName = "run_heron_executor.sh";

    /// <summary>The argument with which it leaves only the logs of a container that ended for good.</summary>
    public const string CleanStep = "clean";

    /// <summary>The argument with which it only removes logs that were kept long enough.</summary>
    public const string SweepStep = "sweep";

    /// <summary>Environment variable: the container's folder, absolute.</summary>
    public const string WorkingDirectoryVariable = "HERON_NOMAD_WORKING_DIR";

    /// <summary>Environment variable: the container's number.</summary>
    public const string IndexVariable = "HERON_CONTAINER_INDEX";

    /// <summary>Environment variable: the address of the topology package.</summary>
    public const string PackageUriVariable = "HERON_TOPOLOGY_PACKAGE_URI";

    /// <summary>Environment variable: the command of <see cref="TopologyDownloadCommand"/>.</summary>
    public const string DownloadCommandVariable = "HERON_TOPOLOGY_DOWNLOAD_CMD";

    /// <summary>Environment variable: the command of <see cref="ExecutorCommand"/>.</summary>
    public const string ExecutorCommandVariable = "HERON_EXECUTOR_CMD";

    /// <summary>Environment variable: a file with the command, when it is too long for a variable.</summary>
    public const string ExecutorCommandFileVariable = "HERON_EXECUTOR_CMD_FILE";

    /// <summary>Environment variable: the file that gets the number of the metrics port.</summary>
    public const string MetricsPortFileVariable = "METRICS_PORT_FILE";

    /// <summary>What stands in a path for the home of the account that runs containers, as the node has it.</summary>
    public const string NodeHome = "${HOME}";

    /// <summary>A path, or the URI of one, of the view for nodes in the notation that the script replaces: its own home in place of <c>~</c>.</summary>
    [return: System.Diagnostics.CodeAnalysis.NotNullIfNotNull(nameof(path))]
    public static string? OnNode(string? path)
    {
        const string Tilde = HostEnvironment.NodeHome + "/";
        const string File = "file://";
        return path is null ? null
            : path.StartsWith(Tilde, StringComparison.Ordinal) ? NodeHome + path[HostEnvironment.NodeHome.Length..]
            : path.StartsWith(File + Tilde, StringComparison.Ordinal) ? File + NodeHome + path[(File + HostEnvironment.NodeHome).Length..]
            : path;
    }

    /// <summary>
    /// Setting: the address of this server as nodes reach it, which it makes up for itself; what is below it is fetched without
    /// proxies.
    /// </summary>
    public const string ServerUrlKey = "heron.apiserver.url";

    private const string TopologyNameVariable = "HERON_TOPOLOGY_NAME";
    private const string UseCoreUriVariable = "HERON_USE_CORE_PACKAGE_URI";
    private const string CoreUriVariable = "HERON_CORE_PACKAGE_URI";
    private const string CoreDirectoryVariable = "HERON_CORE_PACKAGE_DIR";
    private const string PackageSha256Variable = "HERON_TOPOLOGY_PACKAGE_SHA256";
    private const string DirectUrlVariable = "HERON_DIRECT_URL";
    private const string KeepRunsVariable = "HERON_KEEP_RUNS";
    private const string KeepRunVariable = "HERON_KEEP_RUN_KB";
    private const string KeepEndedVariable = "HERON_KEEP_ENDED_SECS";
    private const string RootVariable = "HERON_CONTAINERS_ROOT";

    private static readonly Lazy<string> Script = new(Read);

    /// <summary>The script.</summary>
    public static string Text => Script.Value;

    /// <summary>What an exit status of the script says about a container, or null for one of the executor's own.</summary>
    public static string? Explain(int status) => status switch
    {
        64 => "a setting for the container is missing or wrong",
        65 => "the working folder cannot be used",
        66 => "an earlier run of the container is still alive",
        70 => "heron-core cannot be fetched",
        71 => "heron-core cannot be unpacked",
        72 => "the topology package cannot be fetched",
        73 => "the topology package is not the one submitted",
        74 => "the topology package cannot be unpacked",
        126 or 127 => "heron-executor is missing or cannot be run",
        _ => null,
    };

    /// <summary>
    /// What all containers of a deployment are given; the container's number, folder, ports and command come from the scheduler.
    /// </summary>
    /// <exception cref="HeronException"><see cref="FaultKind.Invalid"/>: nothing says where heron-core is, or a value is too long.</exception>
    public static Dictionary<string, string> Variables(PlannedTopology deployment, LogKeeping keeping)
    {
        var config = deployment.Config.Local;
        var variables = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            [TopologyNameVariable] = deployment.Identity.Name,
            [PackageUriVariable] = deployment.PackageUri,
            [DownloadCommandVariable] = TopologyDownloadCommand.ShellText(deployment),
        };
        if (deployment.PackageSha256 is { } digest)
        {
            variables[PackageSha256Variable] = digest;
        }

        var usesUri = config.GetBoolean(ConfigKeys.UseCorePackageUri, true);
        variables[UseCoreUriVariable] = usesUri ? "true" : "false";
        var (variable, key) = usesUri
            ? (CoreUriVariable, ConfigKeys.CorePackageUri)
            : (CoreDirectoryVariable, ConfigKeys.CorePackageDirectory);
        variables[variable] = deployment.Config.Node.GetString(key) is { Length: > 0 } core
            ? OnNode(core)
            : throw new HeronException(FaultKind.Invalid, $"the setting {key} is missing: where nodes find heron-core");
        if (config.GetString(ServerUrlKey) is { Length: > 0 } server)
        {
            variables[DirectUrlVariable] = server.TrimEnd('/') + "/";
        }

        if (MetricsPortFile.Find(config) is { } portFile)
        {
            variables[MetricsPortFileVariable] = portFile;
        }

        foreach (var (name, value) in KeepingVariables(keeping).Concat(variables.ToList()))
        {
            ExecLimits.CheckVariable(name, value);
            variables[name] = value;
        }

        return variables;
    }

    /// <summary>What the step <see cref="CleanStep"/> is given besides the container's folder.</summary>
    public static IEnumerable<KeyValuePair<string, string>> KeepingVariables(LogKeeping keeping)
    {
        yield return new(KeepRunsVariable, keeping.Runs.ToString(CultureInfo.InvariantCulture));
        yield return new(KeepRunVariable, (keeping.RunMegabytes * 1024L).ToString(CultureInfo.InvariantCulture));
        yield return new(KeepEndedVariable, ((long)keeping.Ended.TotalSeconds).ToString(CultureInfo.InvariantCulture));
        if (keeping.Root is { } root)
        {
            yield return new(RootVariable, root);
        }
    }

    private static string Read()
    {
        using var stream = typeof(StartScript).Assembly.GetManifestResourceStream(Resource)
            ?? throw new InvalidOperationException($"the resource {Resource} is missing from the program");
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}
