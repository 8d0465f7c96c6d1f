using Heron.Core.Configuration;
using Heron.Core.Protobuf;

namespace Heron.Core.Packing;

/// <summary>
/// The variant of <see cref="RoundRobinPacking"/> in which an instance that the topology gives nothing takes the default.
/// </summary>
public sealed class RoundRobinPackingV2 : IPacking
{
    private static readonly ByteAmount MinimumRam = ByteAmount.FromMegabytes(192);

    /// <inheritdoc/>
    public PackingPlan Pack(Topology topology, HeronConfig config)
    {
        var planner = Planner(topology, config);
        var containers = PackingSettings.ContainerCount(topology);
        return planner.Plan(containers, PackingSettings.ComponentParallelism(topology));
    }

    /// <inheritdoc/>
    public PackingPlan Repack(
        Topology topology, HeronConfig config, PackingPlan current, IReadOnlyDictionary<string, int> componentChanges) =>
        Planner(topology, config).Replan(current, componentChanges);

    /// <inheritdoc/>
    public PackingPlan Repack(
        Topology topology,
        HeronConfig config,
        PackingPlan current,
        int containers,
        IReadOnlyDictionary<string, int> componentChanges) =>
        Planner(topology, config).Replan(current, containers, componentChanges);

    private static RoundRobinPlanner Planner(Topology topology, HeronConfig config) =>
        new(topology, config, MinimumRam, sharesContainer: false);
}
