// SPDX-License-Identifier: Apache-2.0
using Heron.Core.Protobuf;

namespace Heron.StandInCore.State;

/// <summary>What heron-core does with the state. No directory is ever made: the C++ daemons make none.</summary>
public interface ICoreState : IAsyncDisposable
{
    /// <summary>Cancelled when the store has forgotten this process; the real daemons end themselves then.</summary>
    CancellationToken SessionEnded { get; }

    Task<PackingPlan?> GetPackingPlanAsync(string topology, CancellationToken cancellationToken);

    /// <summary>The stored definition, or null.</summary>
    Task<Topology?> GetTopologyAsync(string topology, CancellationToken cancellationToken);

    Task<PhysicalPlan?> GetPhysicalPlanAsync(string topology, CancellationToken cancellationToken);

    Task<TManagerLocation?> GetLocationAsync(string topology, CancellationToken cancellationToken);

    Task SetPhysicalPlanAsync(PhysicalPlan plan, CancellationToken cancellationToken);

    Task DeletePhysicalPlanAsync(string topology, CancellationToken cancellationToken);

    /// <summary>Publishes the location; waits while an earlier manager's is still there, where it goes by itself.</summary>
    Task PublishLocationAsync(TManagerLocation location, CancellationToken cancellationToken);

    /// <summary>Ends when the packing plan was written since <paramref name="seen"/> was read.</summary>
    Task WaitForOtherPlanAsync(string topology, PackingPlan? seen, CancellationToken cancellationToken);
}
