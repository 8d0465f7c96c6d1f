using System.Globalization;
using Heron.Core.Configuration;
using Heron.Core.Packing;
using Heron.Core.Topologies;
using Heron.Operations.Deploying;
using Microsoft.Extensions.Logging;

namespace Heron.Operations.Submit;

/// <summary>Step 4: places the instances.</summary>
/// <param name="algorithmOf">Finds the packing algorithm that a configuration names.</param>
/// <param name="logger">Tells when the definition is changed.</param>
public sealed partial class PlanStep(Func<HeronConfig, IPacking> algorithmOf, ILogger<PlanStep> logger)
{
    /// <summary>
    /// Packs the topology. Where the algorithm decides on another number of containers than the definition says, the
    /// definition is changed to fit, as the topology manager counts stream managers by it.
    /// </summary>
    public PlannedSubmission Run(ConfiguredSubmission submission)
    {
        var plan = algorithmOf(submission.Config.Local).Pack(submission.Topology, submission.Config.Local);
        var asked = submission.Topology.TopologyConfig?.Kvs.FirstOrDefault(kv => kv.Key == TopologySettings.ContainersKey)?.Value;
        var containers = plan.Containers.Count.ToString(CultureInfo.InvariantCulture);
        if (asked is null || asked == containers)
        {
            return new PlannedSubmission(submission, plan);
        }

        Log.OtherNumber(logger, submission.Identity.Name, containers, asked);
        var topology = submission.Topology.Clone();
        foreach (var entry in topology.TopologyConfig.Kvs.Where(kv => kv.Key == TopologySettings.ContainersKey))
        {
            entry.Value = containers;
        }

        return new PlannedSubmission(submission with { Topology = topology }, plan);
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Information, Message = "topology {Topology}: the plan has {Containers} containers, the definition said {Asked}")]
        public static partial void OtherNumber(ILogger logger, string topology, string containers, string asked);
    }
}
