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

    /// <summary>Environment variable: the container's folder, absolute.</summary>
    public const string WorkingDirectoryVariable = "HERON_NOMAD_WORKING_DIR";

    /// <summary>Environment variable: <c>true</c> when heron-core is fetched, <c>false</c> when it is on the node.</summary>
    public const string UseCoreUriVariable = "HERON_USE_CORE_PACKAGE_URI";

    /// <summary>Environment variable: where heron-core is fetched from.</summary>
    public const string CoreUriVariable = "HERON_CORE_PACKAGE_URI";

    /// <summary>Environment variable: where heron-core is on the node.</summary>
    public const string CoreDirectoryVariable = "HERON_CORE_PACKAGE_DIR";

    /// <summary>Environment variable: the command of <see cref="TopologyDownloadCommand"/>.</summary>
    public const string DownloadCommandVariable = "HERON_TOPOLOGY_DOWNLOAD_CMD";

    /// <summary>Environment variable: the address of the topology package.</summary>
    public const string PackageUriVariable = "HERON_TOPOLOGY_PACKAGE_URI";

    /// <summary>Environment variable: the digest of the topology package.</summary>
    public const string PackageSha256Variable = "HERON_TOPOLOGY_PACKAGE_SHA256";

    /// <summary>Environment variable: the command of <see cref="ExecutorCommand"/>.</summary>
    public const string ExecutorCommandVariable = "HERON_EXECUTOR_CMD";

    /// <summary>Environment variable: a file with the command, when it is too long for a variable.</summary>
    public const string ExecutorCommandFileVariable = "HERON_EXECUTOR_CMD_FILE";

    /// <summary>Environment variable: the file that gets the number of the metrics port.</summary>
    public const string MetricsPortFileVariable = "METRICS_PORT_FILE";

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

    private static string Read()
    {
        using var stream = typeof(StartScript).Assembly.GetManifestResourceStream(Resource)
            ?? throw new InvalidOperationException($"the resource {Resource} is missing from the program");
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}
