// SPDX-License-Identifier: Apache-2.0
using Heron.Core.Configuration;
using Heron.Core.Protobuf;

namespace Heron.Core.Packing;

/// <summary>A packing algorithm: places the instances of a new topology, and moves a plan to new parallelisms.</summary>
public interface IPacking
{
    /// <summary>Packs a topology from nothing.</summary>
    /// <exception cref="HeronException"><see cref="FaultKind.Invalid"/>, with the Java server's message, when no plan fits.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled: plans at the limits of size take seconds.</exception>
    PackingPlan Pack(Topology topology, HeronConfig config, CancellationToken cancellationToken = default);

    /// <summary>Changes a plan by component deltas (component to number of instances to add or, negative, to remove).</summary>
    PackingPlan Repack(
        Topology topology, HeronConfig config, PackingPlan current, IReadOnlyDictionary<string, int> componentChanges,
        CancellationToken cancellationToken = default);

    /// <summary>The same with a new number of containers. Refused where that number follows from the algorithm.</summary>
    /// <exception cref="HeronException"><see cref="FaultKind.Invalid"/>, with the Java server's message, when no plan fits.</exception>
    PackingPlan Repack(
        Topology topology,
        HeronConfig config,
        PackingPlan current,
        int containers,
        IReadOnlyDictionary<string, int> componentChanges,
        CancellationToken cancellationToken = default) => throw new HeronException(
            FaultKind.Invalid,
            $"{GetType().Name} does not currently support creating a new packing plan with a new number of containers.");
}
