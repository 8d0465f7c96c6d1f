// SPDX-License-Identifier: Apache-2.0
using Heron.Core.Configuration;
using Heron.Core.Protobuf;

namespace Heron.Core.Packing;

/// <summary>
/// The default algorithm: instances are dealt out in turn and share what is left of their container.
/// </summary>
public class RoundRobinPacking : IPacking
{
    private readonly ByteAmount _minimumRam;
    private readonly bool _sharesContainer;

    /// <summary>The algorithm as Heron's templates use it.</summary>
    public RoundRobinPacking()
        : this(ByteAmount.FromMegabytes(16), sharesContainer: true)
    {
    }

    /// <summary>A variant.</summary>
    /// <param name="minimumRam">An instance that gets less than this makes the topology unpackable.</param>
    /// <param name="sharesContainer">Whether instances without a demand share what is left, or take the default.</param>
    private protected RoundRobinPacking(ByteAmount minimumRam, bool sharesContainer)
    {
        _minimumRam = minimumRam;
        _sharesContainer = sharesContainer;
    }

    /// <inheritdoc/>
    public PackingPlan Pack(Topology topology, HeronConfig config, CancellationToken cancellationToken = default)
    {
        var planner = Planner(topology, config);
        var containers = PackingSettings.ContainerCount(topology);
        return planner.Plan(containers, PackingSettings.ComponentParallelism(topology));
    }

    /// <inheritdoc/>
    public PackingPlan Repack(
        Topology topology, HeronConfig config, PackingPlan current, IReadOnlyDictionary<string, int> componentChanges,
        CancellationToken cancellationToken = default) =>
        Planner(topology, config).Replan(current, componentChanges);

    /// <inheritdoc/>
    public PackingPlan Repack(
        Topology topology,
        HeronConfig config,
        PackingPlan current,
        int containers,
        IReadOnlyDictionary<string, int> componentChanges,
        CancellationToken cancellationToken = default) =>
        Planner(topology, config).Replan(current, containers, componentChanges);

    private RoundRobinPlanner Planner(Topology topology, HeronConfig config) =>
        new(topology, config, _minimumRam, _sharesContainer);
}
