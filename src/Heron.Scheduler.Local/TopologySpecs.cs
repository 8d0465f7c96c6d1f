// SPDX-License-Identifier: Apache-2.0
using Heron.Core;
using Heron.Core.Scheduling;
using Heron.Core.Topologies;

namespace Heron.Scheduler.Local;

/// <summary>Makes the specification of a submission's containers.</summary>
internal static class TopologySpecs
{
    /// <summary>What the start script is given for a deployment.</summary>
    /// <param name="deployment">What is run, or would be.</param>
    /// <param name="keeping">What is kept of containers that ended.</param>
    /// <exception cref="HeronException"><see cref="FaultKind.Invalid"/> when the configuration has no usable core or folder.</exception>
    public static TopologySpec Of(PlannedTopology deployment, LogKeeping keeping)
    {
        var config = deployment.Config.Local;
        var core = HeronCoreGeneration.For(deployment.Core);
        return new TopologySpec(
            deployment.Identity,
            LocalSchedulerSettings.WorkingDirectoryOf(config),
            [.. core.Ports.Select(port => port.Label), ExecutorPort.MetricsLabel],
            StartScript.Variables(deployment, keeping),
            TopologySettings.IsRemoteDebugging(deployment.Topology) ? deployment.Plan.Containers.Max(c => c.Instances.Count) : 0,
            Command(deployment));
    }

    private static string Command(PlannedTopology deployment) => string.Join(
        ' ',
        ExecutorCommand.Arguments(deployment, 0)
            .Select(argument => argument.Flag == "shard" ? new ExecutorArgument("shard", null, StartScript.IndexVariable) : argument)
            .Concat(TopologySettings.IsRemoteDebugging(deployment.Topology)
                ? [new ExecutorArgument("jvm-remote-debugger-ports", null, TopologySpec.DebuggerPortsVariable)]
                : [])
            .Select(argument => argument.ToShellWord())
            .Prepend(ShellQuote.PathWord(string.Empty, ExecutorCommand.Program(deployment))));
}
