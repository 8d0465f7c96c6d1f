using Heron.Core.Configuration;
using Heron.Core.Protobuf;

namespace Heron.Core.Packing;

/// <summary>
/// The default algorithm: instances are dealt out in turn and share what is left of their container.
/// </summary>
public sealed class RoundRobinPacking : IPacking
{
    private static readonly ByteAmount MinimumRam = ByteAmount.FromMegabytes(16);

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
        new(topology, config, MinimumRam, sharesContainer: true);
}
