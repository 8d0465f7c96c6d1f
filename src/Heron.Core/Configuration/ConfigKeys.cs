// SPDX-License-Identifier: Apache-2.0
namespace Heron.Core.Configuration;

/// <summary>The configuration keys of Heron, named as their tokens are (<c>HERON_HOME</c> is <see cref="HeronHome"/>).</summary>
public static class ConfigKeys
{
    /// <summary><c>heron.apiserver.file.override.yaml</c>: string.</summary>
    public const string ApiserverOverrideYaml = "heron.apiserver.file.override.yaml";

    /// <summary><c>heron.class.scheduler.aurora.controller.cli</c>: boolean.</summary>
    public const string AuroraControllerClass = "heron.class.scheduler.aurora.controller.cli";

    /// <summary><c>heron.build.host</c>: string.</summary>
    public const string BuildHost = "heron.build.host";

    /// <summary><c>heron.build.time</c>: string.</summary>
    public const string BuildTime = "heron.build.time";

    /// <summary><c>heron.build.timestamp</c>: string.</summary>
    public const string BuildTimestamp = "heron.build.timestamp";

    /// <summary><c>heron.build.user</c>: string.</summary>
    public const string BuildUser = "heron.build.user";

    /// <summary><c>heron.build.version</c>: string.</summary>
    public const string BuildVersion = "heron.build.version";

    /// <summary><c>heron.classpath.ckptmgr</c>: string.</summary>
    public const string CkptmgrClasspath = "heron.classpath.ckptmgr";

    /// <summary><c>heron.resources.ckptmgr.ram</c>: byte_amount.</summary>
    public const string CkptmgrRam = "heron.resources.ckptmgr.ram";

    /// <summary><c>heron.config.file.client.yaml</c>: string.</summary>
    public const string ClientYaml = "heron.config.file.client.yaml";

    /// <summary><c>heron.config.cluster</c>: string.</summary>
    public const string Cluster = "heron.config.cluster";

    /// <summary><c>heron.config.file.cluster.yaml</c>: string.</summary>
    public const string ClusterYaml = "heron.config.file.cluster.yaml";

    /// <summary><c>heron.runtime.component.jvm.opts.in.base64</c>: string.</summary>
    public const string ComponentJvmOptsInBase64 = "heron.runtime.component.jvm.opts.in.base64";

    /// <summary><c>heron.runtime.component.rammap</c>: string.</summary>
    public const string ComponentRammap = "heron.runtime.component.rammap";

    /// <summary><c>heron.config.property</c>: string.</summary>
    public const string ConfigProperty = "heron.config.property";

    /// <summary><c>heron.package.core.directory</c>: string.</summary>
    public const string CorePackageDirectory = "heron.package.core.directory";

    /// <summary><c>heron.package.core.uri</c>: string.</summary>
    public const string CorePackageUri = "heron.package.core.uri";

    /// <summary><c>heron.binaries.cpp.instance</c>: string.</summary>
    public const string CppInstanceBinary = "heron.binaries.cpp.instance";

    /// <summary><c>heron.binaries.downloader</c>: string.</summary>
    public const string DownloaderBinary = "heron.binaries.downloader";

    /// <summary><c>heron.binaries.downloader-conf</c>: string.</summary>
    public const string DownloaderConf = "heron.binaries.downloader-conf";

    /// <summary><c>heron.downloader.registry</c>: map.</summary>
    public const string DownloaderProtocols = "heron.downloader.registry";

    /// <summary><c>heron.config.file.downloader.yaml</c>: string.</summary>
    public const string DownloaderYaml = "heron.config.file.downloader.yaml";

    /// <summary><c>heron.config.dry_run</c>: boolean.</summary>
    public const string DryRun = "heron.config.dry_run";

    /// <summary><c>heron.config.dry_run_format_type</c>: dry_run_format_type.</summary>
    public const string DryRunFormatType = "heron.config.dry_run_format_type";

    /// <summary><c>heron.config.environ</c>: string.</summary>
    public const string Environ = "heron.config.environ";

    /// <summary><c>heron.binaries.executor</c>: string.</summary>
    public const string ExecutorBinary = "heron.binaries.executor";

    /// <summary><c>heron.classpath.healthmgr</c>: string.</summary>
    public const string HealthmgrClasspath = "heron.classpath.healthmgr";

    /// <summary><c>heron.topology.healthmgr.mode</c>: string.</summary>
    public const string HealthmgrMode = "heron.topology.healthmgr.mode";

    /// <summary><c>heron.config.file.healthmgr.yaml</c>: string.</summary>
    public const string HealthmgrYaml = "heron.config.file.healthmgr.yaml";

    /// <summary><c>heron.directory.bin</c>: string.</summary>
    public const string HeronBin = "heron.directory.bin";

    /// <summary><c>heron.directory.cluster.conf</c>: string.</summary>
    public const string HeronClusterConf = "heron.directory.cluster.conf";

    /// <summary><c>heron.directory.cluster.home</c>: string.</summary>
    public const string HeronClusterHome = "heron.directory.cluster.home";

    /// <summary><c>heron.directory.sandbox.java.home</c>: string.</summary>
    public const string HeronClusterJavaHome = "heron.directory.sandbox.java.home";

    /// <summary><c>heron.directory.conf</c>: string.</summary>
    public const string HeronConf = "heron.directory.conf";

    /// <summary><c>heron.directory.dist</c>: string.</summary>
    public const string HeronDist = "heron.directory.dist";

    /// <summary><c>heron.directory.etc</c>: string.</summary>
    public const string HeronEtc = "heron.directory.etc";

    /// <summary><c>heron.directory.home</c>: string.</summary>
    public const string HeronHome = "heron.directory.home";

    /// <summary><c>heron.directory.lib</c>: string.</summary>
    public const string HeronLib = "heron.directory.lib";

    /// <summary><c>heron.release.package</c>: string.</summary>
    public const string HeronReleasePackage = "heron.release.package";

    /// <summary><c>heron.release.package.name</c>: string.</summary>
    public const string HeronReleasePackageName = "heron.release.package.name";

    /// <summary><c>heron.release.package.role</c>: string.</summary>
    public const string HeronReleasePackageRole = "heron.release.package.role";

    /// <summary><c>heron.release.package.version</c>: string.</summary>
    public const string HeronReleasePackageVersion = "heron.release.package.version";

    /// <summary><c>heron.uploader.version</c>: string.</summary>
    public const string HeronUploaderVersion = "heron.uploader.version";

    /// <summary><c>heron.classpath.instance</c>: string.</summary>
    public const string InstanceClasspath = "heron.classpath.instance";

    /// <summary><c>heron.resources.instance.cpu</c>: double.</summary>
    public const string InstanceCpu = "heron.resources.instance.cpu";

    /// <summary><c>heron.resources.instance.disk</c>: byte_amount.</summary>
    public const string InstanceDisk = "heron.resources.instance.disk";

    /// <summary><c>heron.runtime.instance.jvm.opts.in.base64</c>: string.</summary>
    public const string InstanceJvmOptsInBase64 = "heron.runtime.instance.jvm.opts.in.base64";

    /// <summary><c>heron.resources.instance.ram</c>: byte_amount.</summary>
    public const string InstanceRam = "heron.resources.instance.ram";

    /// <summary><c>heron.internals.config.file</c>: string.</summary>
    public const string InternalsConfigFile = "heron.internals.config.file";

    /// <summary><c>heron.directory.java.home</c>: string.</summary>
    public const string JavaHome = "heron.directory.java.home";

    /// <summary><c>heron.class.launcher</c>: string.</summary>
    public const string LauncherClass = "heron.class.launcher";

    /// <summary><c>heron.runtime.launcher.class.instance</c>: string.</summary>
    public const string LauncherClassInstance = "heron.runtime.launcher.class.instance";

    /// <summary><c>heron.classpath.metricscache.manager</c>: string.</summary>
    public const string MetricscachemgrClasspath = "heron.classpath.metricscache.manager";

    /// <summary><c>heron.topology.metricscachemgr.mode</c>: string.</summary>
    public const string MetricscachemgrMode = "heron.topology.metricscachemgr.mode";

    /// <summary><c>heron.classpath.metrics.manager</c>: string.</summary>
    public const string MetricsmgrClasspath = "heron.classpath.metrics.manager";

    /// <summary><c>heron.resources.metricsmgr.ram</c>: byte_amount.</summary>
    public const string MetricsmgrRam = "heron.resources.metricsmgr.ram";

    /// <summary><c>heron.config.file.metrics.yaml</c>: string.</summary>
    public const string MetricsYaml = "heron.config.file.metrics.yaml";

    /// <summary><c>heron.runtime.num.containers</c>: integer.</summary>
    public const string NumContainers = "heron.runtime.num.containers";

    /// <summary><c>heron.config.file.override.yaml</c>: string.</summary>
    public const string OverrideYaml = "heron.config.file.override.yaml";

    /// <summary><c>heron.class.packing.algorithm</c>: string.</summary>
    public const string PackingClass = "heron.class.packing.algorithm";

    /// <summary><c>heron.classpath.packing</c>: string.</summary>
    public const string PackingClasspath = "heron.classpath.packing";

    /// <summary><c>heron.runtime.packing.class.instance</c>: string.</summary>
    public const string PackingClassInstance = "heron.runtime.packing.class.instance";

    /// <summary><c>heron.config.file.packing.yaml</c>: string.</summary>
    public const string PackingYaml = "heron.config.file.packing.yaml";

    /// <summary><c>heron.binaries.python.instance</c>: string.</summary>
    public const string PythonInstanceBinary = "heron.binaries.python.instance";

    /// <summary><c>heron.class.repacking.algorithm</c>: string.</summary>
    public const string RepackingClass = "heron.class.repacking.algorithm";

    /// <summary><c>heron.config.role</c>: string.</summary>
    public const string Role = "heron.config.role";

    /// <summary><c>heron.class.scheduler</c>: string.</summary>
    public const string SchedulerClass = "heron.class.scheduler";

    /// <summary><c>heron.classpath.scheduler</c>: string.</summary>
    public const string SchedulerClasspath = "heron.classpath.scheduler";

    /// <summary><c>heron.scheduler.is.service</c>: boolean.</summary>
    public const string SchedulerIsService = "heron.scheduler.is.service";

    /// <summary><c>heron.jars.scheduler</c>: string.</summary>
    public const string SchedulerJar = "heron.jars.scheduler";

    /// <summary><c>heron.scheduler.properties</c>: properties.</summary>
    public const string SchedulerProperties = "heron.scheduler.properties";

    /// <summary><c>heron.proxy.connection.string</c>: string.</summary>
    public const string SchedulerProxyConnectionString = "heron.proxy.connection.string";

    /// <summary><c>heron.proxy.connection.type</c>: string.</summary>
    public const string SchedulerProxyConnectionType = "heron.proxy.connection.type";

    /// <summary><c>heron.runtime.scheduler.shutdown</c>: string.</summary>
    public const string SchedulerShutdown = "heron.runtime.scheduler.shutdown";

    /// <summary><c>heron.runtime.scheduler.state.manager.adaptor</c>: string.</summary>
    public const string SchedulerStateManagerAdaptor = "heron.runtime.scheduler.state.manager.adaptor";

    /// <summary><c>heron.config.file.scheduler.yaml</c>: string.</summary>
    public const string SchedulerYaml = "heron.config.file.scheduler.yaml";

    /// <summary><c>heron.binaries.shell</c>: string.</summary>
    public const string ShellBinary = "heron.binaries.shell";

    /// <summary><c>heron.classpath.statefulstorage</c>: string.</summary>
    public const string StatefulstorageClasspath = "heron.classpath.statefulstorage";

    /// <summary><c>heron.statefulstorage.classname</c>: string.</summary>
    public const string StatefulStorageClassname = "heron.statefulstorage.classname";

    /// <summary><c>heron.statefulstorage.config</c>: map.</summary>
    public const string StatefulStorageConf = "heron.statefulstorage.config";

    /// <summary><c>heron.statefulstorage.custom.classpath</c>: string.</summary>
    public const string StatefulStorageCustomClasspath = "heron.statefulstorage.custom.classpath";

    /// <summary><c>heron.config.file.stateful.yaml</c>: string.</summary>
    public const string StatefulYaml = "heron.config.file.stateful.yaml";

    /// <summary><c>heron.classpath.statemgr</c>: string.</summary>
    public const string StatemgrClasspath = "heron.classpath.statemgr";

    /// <summary><c>heron.statemgr.connection.string</c>: string.</summary>
    public const string StatemgrConnectionString = "heron.statemgr.connection.string";

    /// <summary><c>heron.statemgr.root.path</c>: string.</summary>
    public const string StatemgrRootPath = "heron.statemgr.root.path";

    /// <summary><c>heron.config.file.statemgr.yaml</c>: string.</summary>
    public const string StatemgrYaml = "heron.config.file.statemgr.yaml";

    /// <summary><c>heron.class.state.manager</c>: string.</summary>
    public const string StateManagerClass = "heron.class.state.manager";

    /// <summary><c>heron.binaries.stmgr</c>: string.</summary>
    public const string StmgrBinary = "heron.binaries.stmgr";

    /// <summary><c>heron.resources.stmgr.ram</c>: byte_amount.</summary>
    public const string StmgrRam = "heron.resources.stmgr.ram";

    /// <summary><c>heron.config.submit_user</c>: string.</summary>
    public const string SubmitUser = "heron.config.submit_user";

    /// <summary><c>heron.config.file.system.yaml</c>: string.</summary>
    public const string SystemYaml = "heron.config.file.system.yaml";

    /// <summary><c>heron.binaries.tmanager</c>: string.</summary>
    public const string TmanagerBinary = "heron.binaries.tmanager";

    /// <summary><c>heron.topology.binary.file</c>: string.</summary>
    public const string TopologyBinaryFile = "heron.topology.binary.file";

    /// <summary><c>heron.runtime.topology.class.path</c>: string.</summary>
    public const string TopologyClasspath = "heron.runtime.topology.class.path";

    /// <summary><c>heron.topology.container.id</c>: string.</summary>
    public const string TopologyContainerId = "heron.topology.container.id";

    /// <summary><c>heron.topology.definition</c>: string.</summary>
    public const string TopologyDefinition = "heron.topology.definition";

    /// <summary><c>heron.topology.definition.file</c>: string.</summary>
    public const string TopologyDefinitionFile = "heron.topology.definition.file";

    /// <summary><c>heron.topology.id</c>: string.</summary>
    public const string TopologyId = "heron.topology.id";

    /// <summary><c>heron.topology.name</c>: string.</summary>
    public const string TopologyName = "heron.topology.name";

    /// <summary><c>heron.topology.package.file</c>: string.</summary>
    public const string TopologyPackageFile = "heron.topology.package.file";

    /// <summary><c>heron.topology.package.type</c>: package_type.</summary>
    public const string TopologyPackageType = "heron.topology.package.type";

    /// <summary><c>heron.package.topology.uri</c>: string.</summary>
    public const string TopologyPackageUri = "heron.package.topology.uri";

    /// <summary><c>heron.command.update.prompt</c>: string.</summary>
    public const string UpdatePrompt = "heron.command.update.prompt";

    /// <summary><c>heron.class.uploader</c>: string.</summary>
    public const string UploaderClass = "heron.class.uploader";

    /// <summary><c>heron.classpath.uploader</c>: string.</summary>
    public const string UploaderClasspath = "heron.classpath.uploader";

    /// <summary><c>heron.config.file.uploader.yaml</c>: string.</summary>
    public const string UploaderYaml = "heron.config.file.uploader.yaml";

    /// <summary><c>heron.package.use_core_uri</c>: boolean.</summary>
    public const string UseCorePackageUri = "heron.package.use_core_uri";

    /// <summary><c>heron.config.verbose</c>: boolean.</summary>
    public const string Verbose = "heron.config.verbose";

    /// <summary><c>heron.config.verbose_gc</c>: boolean.</summary>
    public const string VerboseGc = "heron.config.verbose_gc";
}
