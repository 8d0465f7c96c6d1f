// SPDX-License-Identifier: Apache-2.0
namespace Heron.Core.Configuration;

/// <summary>
/// Every key that Heron itself knows, with the name it has as a token and the value it has when nobody sets it. A token
/// such as <c>${HERON_LIB}</c> can stand only for a key of this table.
/// </summary>
public static class ConfigDefaults
{
    private const long Gigabyte = 1_073_741_824;

    /// <summary>All keys, in the reference's order.</summary>
    public static IReadOnlyList<ConfigKey> All { get; } =
    [
        new("HERON_HOME", ConfigKeys.HeronHome, "/usr/local/heron"),
        new("HERON_BIN", ConfigKeys.HeronBin, "${HERON_HOME}/bin"),
        new("HERON_CONF", ConfigKeys.HeronConf, "${HERON_HOME}/conf"),
        new("HERON_LIB", ConfigKeys.HeronLib, "${HERON_HOME}/lib"),
        new("HERON_DIST", ConfigKeys.HeronDist, "${HERON_HOME}/dist"),
        new("HERON_ETC", ConfigKeys.HeronEtc, "${HERON_HOME}/etc"),
        new("JAVA_HOME", ConfigKeys.JavaHome, "${JAVA_HOME}"),
        new("CLUSTER_YAML", ConfigKeys.ClusterYaml, "${HERON_CONF}/cluster.yaml"),
        new("CLIENT_YAML", ConfigKeys.ClientYaml, "${HERON_CONF}/client.yaml"),
        new("HEALTHMGR_YAML", ConfigKeys.HealthmgrYaml, "${HERON_CONF}/healthmgr.yaml"),
        new("METRICS_YAML", ConfigKeys.MetricsYaml, "${HERON_CONF}/metrics_sinks.yaml"),
        new("PACKING_YAML", ConfigKeys.PackingYaml, "${HERON_CONF}/packing.yaml"),
        new("SCHEDULER_YAML", ConfigKeys.SchedulerYaml, "${HERON_CONF}/scheduler.yaml"),
        new("STATEMGR_YAML", ConfigKeys.StatemgrYaml, "${HERON_CONF}/statemgr.yaml"),
        new("SYSTEM_YAML", ConfigKeys.SystemYaml, "${HERON_CONF}/heron_internals.yaml"),
        new("UPLOADER_YAML", ConfigKeys.UploaderYaml, "${HERON_CONF}/uploader.yaml"),
        new("DOWNLOADER_YAML", ConfigKeys.DownloaderYaml, "${HERON_CONF}/downloader.yaml"),
        new("STATEFUL_YAML", ConfigKeys.StatefulYaml, "${HERON_CONF}/stateful.yaml"),
        new("CLUSTER", ConfigKeys.Cluster, null),
        new("ROLE", ConfigKeys.Role, null),
        new("ENVIRON", ConfigKeys.Environ, null),
        new("SUBMIT_USER", ConfigKeys.SubmitUser, null),
        new("DRY_RUN", ConfigKeys.DryRun, false),
        new("DRY_RUN_FORMAT_TYPE", ConfigKeys.DryRunFormatType, null),
        new("VERBOSE", ConfigKeys.Verbose, false),
        new("VERBOSE_GC", ConfigKeys.VerboseGc, false),
        new("CONFIG_PROPERTY", ConfigKeys.ConfigProperty, null),
        new("BUILD_VERSION", ConfigKeys.BuildVersion, null),
        new("BUILD_TIME", ConfigKeys.BuildTime, null),
        new("BUILD_TIMESTAMP", ConfigKeys.BuildTimestamp, null),
        new("BUILD_HOST", ConfigKeys.BuildHost, null),
        new("BUILD_USER", ConfigKeys.BuildUser, null),
        new("UPLOADER_CLASS", ConfigKeys.UploaderClass, null),
        new("LAUNCHER_CLASS", ConfigKeys.LauncherClass, null),
        new("SCHEDULER_CLASS", ConfigKeys.SchedulerClass, null),
        new("PACKING_CLASS", ConfigKeys.PackingClass, null),
        new("REPACKING_CLASS", ConfigKeys.RepackingClass, null),
        new("STATE_MANAGER_CLASS", ConfigKeys.StateManagerClass, null),
        new("AURORA_CONTROLLER_CLASS", ConfigKeys.AuroraControllerClass, true),
        new("SCHEDULER_IS_SERVICE", ConfigKeys.SchedulerIsService, true),
        new("SCHEDULER_PROPERTIES", ConfigKeys.SchedulerProperties, null),
        new("SCHEDULER_JAR", ConfigKeys.SchedulerJar, "${HERON_LIB}/scheduler/heron-scheduler.jar"),
        new("INTERNALS_CONFIG_FILE", ConfigKeys.InternalsConfigFile, null),
        new("CORE_PACKAGE_DIRECTORY", ConfigKeys.CorePackageDirectory, "${HERON_DIST}/heron-core"),
        new("CORE_PACKAGE_URI", ConfigKeys.CorePackageUri, "${HERON_DIST}/heron-core.tar.gz"),
        new("USE_CORE_PACKAGE_URI", ConfigKeys.UseCorePackageUri, true),
        new("TOPOLOGY_PACKAGE_URI", ConfigKeys.TopologyPackageUri, null),
        new("TOPOLOGY_ID", ConfigKeys.TopologyId, null),
        new("TOPOLOGY_NAME", ConfigKeys.TopologyName, null),
        new("TOPOLOGY_DEFINITION_FILE", ConfigKeys.TopologyDefinitionFile, null),
        new("TOPOLOGY_DEFINITION", ConfigKeys.TopologyDefinition, null),
        new("TOPOLOGY_BINARY_FILE", ConfigKeys.TopologyBinaryFile, null),
        new("TOPOLOGY_PACKAGE_FILE", ConfigKeys.TopologyPackageFile, null),
        new("TOPOLOGY_PACKAGE_TYPE", ConfigKeys.TopologyPackageType, null),
        new("TOPOLOGY_CONTAINER_ID", ConfigKeys.TopologyContainerId, null),
        new("SCHEDULER_PROXY_CONNECTION_STRING", ConfigKeys.SchedulerProxyConnectionString, null),
        new("SCHEDULER_PROXY_CONNECTION_TYPE", ConfigKeys.SchedulerProxyConnectionType, null),
        new("STATEMGR_CONNECTION_STRING", ConfigKeys.StatemgrConnectionString, null),
        new("STATEMGR_ROOT_PATH", ConfigKeys.StatemgrRootPath, null),
        new("STMGR_RAM", ConfigKeys.StmgrRam, Gigabyte),
        new("CKPTMGR_RAM", ConfigKeys.CkptmgrRam, Gigabyte),
        new("METRICSMGR_RAM", ConfigKeys.MetricsmgrRam, Gigabyte),
        new("INSTANCE_RAM", ConfigKeys.InstanceRam, Gigabyte),
        new("INSTANCE_CPU", ConfigKeys.InstanceCpu, 1.0),
        new("INSTANCE_DISK", ConfigKeys.InstanceDisk, Gigabyte),
        new("STATEFUL_STORAGE_CLASSNAME", ConfigKeys.StatefulStorageClassname, null),
        new("STATEFUL_STORAGE_CONF", ConfigKeys.StatefulStorageConf, null),
        new("STATEFUL_STORAGE_CUSTOM_CLASSPATH", ConfigKeys.StatefulStorageCustomClasspath, null),
        new("METRICSCACHEMGR_MODE", ConfigKeys.MetricscachemgrMode, "disabled"),
        new("HEALTHMGR_MODE", ConfigKeys.HealthmgrMode, null),
        new("INSTANCE_CLASSPATH", ConfigKeys.InstanceClasspath, "${HERON_LIB}/instance/*"),
        new("HEALTHMGR_CLASSPATH", ConfigKeys.HealthmgrClasspath, "${HERON_LIB}/healthmgr/*"),
        new("METRICSMGR_CLASSPATH", ConfigKeys.MetricsmgrClasspath, "${HERON_LIB}/metricsmgr/*"),
        new("METRICSCACHEMGR_CLASSPATH", ConfigKeys.MetricscachemgrClasspath, "${HERON_LIB}/metricscachemgr/*"),
        new("PACKING_CLASSPATH", ConfigKeys.PackingClasspath, "${HERON_LIB}/packing/*"),
        new("SCHEDULER_CLASSPATH", ConfigKeys.SchedulerClasspath, "${HERON_LIB}/scheduler/*"),
        new("STATEMGR_CLASSPATH", ConfigKeys.StatemgrClasspath, "${HERON_LIB}/statemgr/*"),
        new("UPLOADER_CLASSPATH", ConfigKeys.UploaderClasspath, "${HERON_LIB}/uploader/*"),
        new("CKPTMGR_CLASSPATH", ConfigKeys.CkptmgrClasspath, "${HERON_LIB}/ckptmgr/*"),
        new("STATEFULSTORAGE_CLASSPATH", ConfigKeys.StatefulstorageClasspath, "${HERON_LIB}/statefulstorage/*"),
        new("TOPOLOGY_CLASSPATH", ConfigKeys.TopologyClasspath, null),
        new("SCHEDULER_STATE_MANAGER_ADAPTOR", ConfigKeys.SchedulerStateManagerAdaptor, null),
        new("SCHEDULER_SHUTDOWN", ConfigKeys.SchedulerShutdown, null),
        new("PACKING_CLASS_INSTANCE", ConfigKeys.PackingClassInstance, null),
        new("LAUNCHER_CLASS_INSTANCE", ConfigKeys.LauncherClassInstance, null),
        new("COMPONENT_RAMMAP", ConfigKeys.ComponentRammap, null),
        new("COMPONENT_JVM_OPTS_IN_BASE64", ConfigKeys.ComponentJvmOptsInBase64, null),
        new("INSTANCE_JVM_OPTS_IN_BASE64", ConfigKeys.InstanceJvmOptsInBase64, null),
        new("NUM_CONTAINERS", ConfigKeys.NumContainers, null),
        new("DOWNLOADER_PROTOCOLS", ConfigKeys.DownloaderProtocols, null),
        new("HERON_RELEASE_PACKAGE", ConfigKeys.HeronReleasePackage, null),
        new("HERON_RELEASE_PACKAGE_ROLE", ConfigKeys.HeronReleasePackageRole, null),
        new("HERON_RELEASE_PACKAGE_NAME", ConfigKeys.HeronReleasePackageName, null),
        new("HERON_RELEASE_PACKAGE_VERSION", ConfigKeys.HeronReleasePackageVersion, null),
        new("HERON_UPLOADER_VERSION", ConfigKeys.HeronUploaderVersion, null),
        new("HERON_CLUSTER_HOME", ConfigKeys.HeronClusterHome, "./heron-core"),
        new("HERON_CLUSTER_CONF", ConfigKeys.HeronClusterConf, "./heron-conf"),
        new("HERON_CLUSTER_JAVA_HOME", ConfigKeys.HeronClusterJavaHome, "/usr/lib/jvm/default-java"),
        new("OVERRIDE_YAML", ConfigKeys.OverrideYaml, "${HERON_CONF}/override.yaml"),
        new("APISERVER_OVERRIDE_YAML", ConfigKeys.ApiserverOverrideYaml, null),
        new("EXECUTOR_BINARY", ConfigKeys.ExecutorBinary, "${HERON_BIN}/heron-executor"),
        new("STMGR_BINARY", ConfigKeys.StmgrBinary, "${HERON_BIN}/heron-stmgr"),
        new("TMANAGER_BINARY", ConfigKeys.TmanagerBinary, "${HERON_BIN}/heron-tmanager"),
        new("SHELL_BINARY", ConfigKeys.ShellBinary, "${HERON_BIN}/heron-shell"),
        new("PYTHON_INSTANCE_BINARY", ConfigKeys.PythonInstanceBinary, "${HERON_BIN}/heron-python-instance"),
        new("CPP_INSTANCE_BINARY", ConfigKeys.CppInstanceBinary, "${HERON_BIN}/heron-cpp-instance"),
        new("DOWNLOADER_BINARY", ConfigKeys.DownloaderBinary, "${HERON_BIN}/heron-downloader"),
        new("DOWNLOADER_CONF", ConfigKeys.DownloaderConf, "${HERON_BIN}/heron-downloader-config"),
        new("UPDATE_PROMPT", ConfigKeys.UpdatePrompt, "disabled"),
    ];

    private static readonly Dictionary<string, string> KeysByToken =
        All.ToDictionary(key => key.Token, key => key.Name, StringComparer.Ordinal);

    /// <summary>The configuration key that a token stands for, or null when there is none.</summary>
    /// <param name="token">The name between the braces; <c>TOPOLOGY</c> is an older name of <c>TOPOLOGY_NAME</c>.</param>
    public static string? KeyOfToken(string token) =>
        KeysByToken.GetValueOrDefault(token == "TOPOLOGY" ? "TOPOLOGY_NAME" : token);

    /// <summary>The default values, before any token is substituted.</summary>
    public static IEnumerable<KeyValuePair<string, object?>> Values =>
        from key in All where key.Default is not null select KeyValuePair.Create(key.Name, key.Default);
}
