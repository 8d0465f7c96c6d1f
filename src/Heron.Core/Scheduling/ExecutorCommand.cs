// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using System.Text;
using Heron.Core.Configuration;
using Heron.Core.Topologies;

namespace Heron.Core.Scheduling;

/// <summary>The command line with which a container's executor is started.</summary>
public static class ExecutorCommand
{
    /// <summary>Set by the start script to the Java of the node.</summary>
    public const string JavaHomeVariable = "JAVA_HOME";

    /// <summary>The arguments of a container's executor, in the order of the reference.</summary>
    /// <param name="deployment">The topology with the configuration of its containers.</param>
    /// <param name="containerId">0 for the topology manager.</param>
    /// <exception cref="HeronException"><see cref="FaultKind.Invalid"/> when the definition asks for what cannot be, or for more than fits a command line.</exception>
    public static IReadOnlyList<ExecutorArgument> Arguments(PlannedTopology deployment, int containerId)
    {
        var core = HeronCoreGeneration.For(deployment.Core);
        IReadOnlyList<ExecutorArgument> arguments = [.. TopologyArguments(deployment, core), Shard(containerId), .. Ports(core)];
        ExecLimits.CheckArguments(arguments);
        return arguments;
    }

    /// <summary>
    /// The command for a shell: program and arguments, every value quoted, variables (ports, JAVA_HOME) left open
    /// inside double quotes.
    /// </summary>
    public static string ShellText(PlannedTopology deployment, int containerId) => ShellTexts(deployment)(containerId);

    /// <summary>
    /// <see cref="ShellText"/> for any container of a deployment. The commands differ in one number; all else, for which every
    /// instance of the plan is looked at, is made once.
    /// </summary>
    /// <exception cref="HeronException"><see cref="FaultKind.Invalid"/> when the definition asks for what cannot be; of the function, when it is more than fits a command line.</exception>
    public static Func<int, string> ShellTexts(PlannedTopology deployment)
    {
        var core = HeronCoreGeneration.For(deployment.Core);
        var shared = TopologyArguments(deployment, core).ToList();
        var ports = Ports(core).ToList();
        var before = Joined([ShellQuote.PathWord(string.Empty, Program(deployment)), .. shared.Select(a => a.ToShellWord())]);
        var after = Joined(ports.Select(a => a.ToShellWord()));
        return containerId =>
        {
            var shard = Shard(containerId);
            ExecLimits.CheckArguments([.. shared, shard, .. ports]);
            return Joined([before, shard.ToShellWord(), after]);
        };

        static string Joined(IEnumerable<string> words) => string.Join(' ', words);
    }

    /// <summary>The executor's program as seen in the container's working directory.</summary>
    public static string Program(PlannedTopology deployment) =>
        deployment.Config.Executor.GetString(ConfigKeys.ExecutorBinary, "./heron-core/bin/heron-executor");

    private static ExecutorArgument Shard(int containerId) => new("shard", containerId.ToString(CultureInfo.InvariantCulture));

    private static IEnumerable<ExecutorArgument> Ports(HeronCoreGeneration core) =>
        core.Ports.Select(port => new ExecutorArgument(port.Flag, null, port.Variable));

    private static IEnumerable<ExecutorArgument> TopologyArguments(PlannedTopology deployment, HeronCoreGeneration core)
    {
        var topology = deployment.Topology;
        var config = deployment.Config.Executor;
        yield return new("topology-name", topology.Name);
        yield return new("topology-id", topology.Id);
        yield return new("topology-defn-file", deployment.DefinitionFileName);
        yield return new("state-manager-connection", Text(config, ConfigKeys.StatemgrConnectionString));
        yield return new("state-manager-root", Text(config, ConfigKeys.StatemgrRootPath));
        yield return Paths("state-manager-config-file", Text(config, ConfigKeys.StatemgrYaml));
        yield return Paths(core.TManagerBinaryFlag, TManagerBinary(config, core));
        yield return Paths("stmgr-binary", Text(config, ConfigKeys.StmgrBinary));
        yield return Paths("metrics-manager-classpath", Text(config, ConfigKeys.MetricsmgrClasspath));
        yield return new("instance-jvm-opts", EncodeJvmOptions(TopologySettings.InstanceJvmOptions(topology), core));
        yield return new("classpath", TopologySettings.ClassPath(topology, deployment.BinaryFileName));
        yield return Paths("heron-internals-config-file", Text(config, ConfigKeys.SystemYaml));
        yield return Paths("override-config-file", Text(config, ConfigKeys.OverrideYaml));
        yield return new("component-ram-map", deployment.Plan.ComponentRamDistribution);
        yield return new("component-jvm-opts", EncodeJvmOptions(TopologySettings.ComponentJvmOptions(topology), core));
        yield return new(
            "pkg-type", TopologyPackageTypes.FromFileName(deployment.BinaryFileName).ToExecutorText());
        yield return new("topology-binary-file", deployment.BinaryFileName);
        yield return JavaHome(config);
        if (core.HasVerboseGc && AsksForVerboseGc(deployment.Config))
        {
            yield return new("verbose-gc", null);
        }

        yield return Paths("heron-shell-binary", Text(config, ConfigKeys.ShellBinary));
        yield return new("cluster", Text(config, ConfigKeys.Cluster));
        yield return new("role", Text(config, ConfigKeys.Role));
        yield return new("environment", Text(config, ConfigKeys.Environ));
        yield return Paths("instance-classpath", Text(config, ConfigKeys.InstanceClasspath));
        yield return Paths("metrics-sinks-config-file", Text(config, ConfigKeys.MetricsYaml));
        yield return Paths(
            "scheduler-classpath",
            ClassPath(config, ConfigKeys.SchedulerClasspath, ConfigKeys.PackingClasspath, ConfigKeys.StatemgrClasspath));
        yield return Paths("python-instance-binary", Text(config, ConfigKeys.PythonInstanceBinary));
        yield return Paths("cpp-instance-binary", Text(config, ConfigKeys.CppInstanceBinary));
        yield return Paths("metricscache-manager-classpath", Text(config, ConfigKeys.MetricscachemgrClasspath));
        if (core.HasMetricsCacheManagerMode)
        {
            // What a submission asks for counts, too: its package says so in override.yaml, and the executor reads it here alone.
            yield return new("metricscache-manager-mode", deployment.Config.Local.GetString(ConfigKeys.MetricscachemgrMode, "disabled"));
        }

        yield return new("is-stateful", TopologySettings.IsStateful(topology) ? "true" : "false");
        yield return Paths(
            "checkpoint-manager-classpath",
            $"{ClassPath(config, ConfigKeys.CkptmgrClasspath, ConfigKeys.StatefulstorageClasspath)}:{CustomStorageClassPath(config)}");
        yield return Paths("stateful-config-file", Text(config, ConfigKeys.StatefulYaml));
        if (core.HasCheckpointManagerRam)
        {
            yield return new(
                "checkpoint-manager-ram",
                TopologySettings.CheckpointManagerRam(topology).Bytes.ToString(CultureInfo.InvariantCulture));
        }

        yield return new("health-manager-mode", config.GetString(ConfigKeys.HealthmgrMode, "disabled"));
        yield return Paths("health-manager-classpath", Text(config, ConfigKeys.HealthmgrClasspath));
    }

    /// <summary>What a submission asks for stands in the local view only; the operator's setting for all is in both.</summary>
    private static bool AsksForVerboseGc(EffectiveConfig config) =>
        config.Local.GetBoolean(ConfigKeys.VerboseGc, false) || config.Executor.GetBoolean(ConfigKeys.VerboseGc, false);

    private static ExecutorArgument Paths(string flag, string paths) => new(flag, paths) { IsPath = true };

    private static string Text(HeronConfig config, string key) => config.GetString(key, string.Empty);

    private static string ClassPath(HeronConfig config, params ReadOnlySpan<string> keys)
    {
        var parts = new List<string>();
        foreach (var key in keys)
        {
            parts.Add(Text(config, key));
        }

        return string.Join(':', parts);
    }

    /// <summary>Stands among the settings of the storage itself, not at the top of the configuration.</summary>
    private static string CustomStorageClassPath(HeronConfig config) =>
        config.Get(ConfigKeys.StatefulStorageConf) is IDictionary<string, object?> storage
        && storage.TryGetValue(ConfigKeys.StatefulStorageCustomClasspath, out var path)
            ? path?.ToString() ?? string.Empty
            : string.Empty;

    /// <summary>
    /// Older releases have the program under another name and key. The key of the newer releases has a default, so what
    /// it says is taken over with the older name put in.
    /// </summary>
    private static string TManagerBinary(HeronConfig config, HeronCoreGeneration core)
    {
        if (config.GetString(core.TManagerBinaryKey) is { } binary)
        {
            return binary;
        }

        var newest = Text(config, HeronCoreGeneration.Newest.TManagerBinaryKey);
        return newest.EndsWith(HeronCoreGeneration.Newest.TManagerProgram, StringComparison.Ordinal)
            ? newest[..^HeronCoreGeneration.Newest.TManagerProgram.Length] + core.TManagerProgram
            : newest;
    }

    /// <summary>
    /// A path of the container is passed on. <c>$JAVA_HOME</c>, or nothing, means the Java of the node: only the start
    /// script there can tell.
    /// </summary>
    private static ExecutorArgument JavaHome(HeronConfig config) => Text(config, ConfigKeys.HeronClusterJavaHome) switch
    {
        "" or "$" + JavaHomeVariable or "${" + JavaHomeVariable + "}" => new("heron-java-home", null, JavaHomeVariable),
        var path => Paths("heron-java-home", path),
    };

    /// <summary>
    /// Base64 in double quotes, which the executor strips, with <c>=</c> written in the way that the release reads.
    /// </summary>
    private static string EncodeJvmOptions(string options, HeronCoreGeneration core)
    {
        var base64 = Convert.ToBase64String(Encoding.UTF8.GetBytes(options));
        return $"\"{base64.Replace("=", core.EqualsEscape, StringComparison.Ordinal)}\"";
    }
}
