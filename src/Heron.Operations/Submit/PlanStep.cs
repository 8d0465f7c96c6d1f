// SPDX-License-Identifier: Apache-2.0
using Heron.Core;
using Heron.Core.Configuration;
using Heron.Core.Packing;
using Heron.Core.Scheduling;
using Heron.Core.Topologies;
using Microsoft.Extensions.Logging;

namespace Heron.Operations.Submit;

/// <summary>Places the instances.</summary>
/// <param name="algorithmOf">Finds the packing algorithm that a configuration names.</param>
/// <param name="logger">Tells when the plan differs from what the definition asks for.</param>
public sealed partial class PlanStep(Func<HeronConfig, IPacking> algorithmOf, ILogger<PlanStep> logger)
{
    /// <summary>
    /// Packs the topology. Where the algorithm decides on another number of containers than the definition says, that is told;
    /// the definition is changed to fit where it is stored, see <see cref="Heron.Core.State.StoredTopology"/>.
    /// </summary>
    /// <exception cref="HeronException">A number that packing works with means nothing, or no plan is possible.</exception>
    public PlannedTopology Run(ConfiguredSubmission submission, CancellationToken cancellationToken)
    {
        PackingRanges.Check(submission.Topology, submission.Config.Local);
        var plan = algorithmOf(submission.Config.Local).Pack(submission.Topology, submission.Config.Local, cancellationToken);
        var asked = TopologySettings.Get(submission.Topology.TopologyConfig, TopologySettings.ContainersKey, string.Empty);
        if (asked.Length > 0 && TopologySettings.ContainerCount(submission.Topology) != plan.Containers.Count)
        {
            Log.OtherNumber(logger, submission.Identity.Name, plan.Containers.Count, asked);
        }

        return new PlannedTopology(
            submission.Identity,
            submission.Topology,
            plan,
            submission.Config,
            submission.DefinitionFileName,
            submission.BinaryFileName,
            submission.Core);
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Information, Message = "topology {Topology}: the plan has {Containers} containers, the definition said {Asked}")]
        public static partial void OtherNumber(ILogger logger, string topology, int containers, string asked);
    }
}
