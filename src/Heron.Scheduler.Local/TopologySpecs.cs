using Heron.Core;
using Heron.Core.Configuration;
using Heron.Core.Scheduling;
using Heron.Core.Topologies;

namespace Heron.Scheduler.Local;

/// <summary>Makes the specification of a submission's containers.</summary>
internal static class TopologySpecs
{
    /// <summary>What the start script is given for a deployment.</summary>
    /// <exception cref="HeronException"><see cref="FaultKind.Invalid"/> when the configuration has no usable core or folder.</exception>
    public static TopologySpec Of(PlannedTopology deployment)
    {
        var config = deployment.Config.Local;
        var variables = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            [StartScript.PackageUriVariable] = deployment.PackageUri,
            [StartScript.DownloadCommandVariable] = TopologyDownloadCommand.ShellText(deployment),
        };
        if (deployment.PackageSha256 is { } digest)
        {
            variables[StartScript.PackageSha256Variable] = digest;
        }

        var useUri = config.GetBoolean(ConfigKeys.UseCorePackageUri, true);
        variables[StartScript.UseCoreUriVariable] = useUri ? "true" : "false";
        if (useUri)
        {
            variables[StartScript.CoreUriVariable] = Required(config, ConfigKeys.CorePackageUri);
        }
        else
        {
            variables[StartScript.CoreDirectoryVariable] = Required(config, ConfigKeys.CorePackageDirectory);
        }

        var core = HeronCoreGeneration.For(deployment.Core);
        if (MetricsPortFile.Find(config) is { } portFile)
        {
            variables[StartScript.MetricsPortFileVariable] = portFile;
        }

        foreach (var (variable, value) in variables)
        {
            ExecLimits.CheckVariable(variable, value);
        }

        return new TopologySpec(
            deployment.Identity,
            LocalSchedulerSettings.WorkingDirectoryOf(config),
            [.. core.Ports.Select(port => port.Label), ExecutorPort.MetricsLabel],
            variables,
            TopologySettings.IsRemoteDebugging(deployment.Topology) ? deployment.Plan.Containers.Max(c => c.Instances.Count) : 0,
            Command(deployment));
    }

    private static string Command(PlannedTopology deployment) => string.Join(
        ' ',
        ExecutorCommand.Arguments(deployment, 0)
            .Select(argument => argument.Flag == "shard" ? new ExecutorArgument("shard", null, TopologySpec.IndexVariable) : argument)
            .Concat(TopologySettings.IsRemoteDebugging(deployment.Topology)
                ? [new ExecutorArgument("jvm-remote-debugger-ports", null, TopologySpec.DebuggerPortsVariable)]
                : [])
            .Select(argument => argument.ToShellWord())
            .Prepend(ShellQuote.Word(ExecutorCommand.Program(deployment))));

    private static string Required(HeronConfig config, string key) => config.GetString(key) is { Length: > 0 } value
        ? value
        : throw new HeronException(FaultKind.Invalid, $"the setting {key} is needed to start containers");
}
