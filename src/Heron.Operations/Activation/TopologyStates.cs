// SPDX-License-Identifier: Apache-2.0
using Heron.Core;
using Heron.Core.Daemons;
using Heron.Core.Protobuf;
using Heron.Core.State;

namespace Heron.Operations.Activation;

/// <summary>
/// Lets a topology run or pause. The state that counts is the one in the physical plan, which its manager writes; the
/// stored definition keeps the state of the submission for ever.
/// </summary>
public sealed class TopologyStates(IStateManager state, ITopologyManager manager)
{
    /// <summary>Lets the topology's spouts run.</summary>
    /// <exception cref="HeronException">
    /// <see cref="FaultKind.Unavailable"/>: it has no physical plan or no manager yet; <see cref="FaultKind.Conflict"/>:
    /// it is neither running nor paused; <see cref="FaultKind.BadGateway"/>: its manager refused.
    /// </exception>
    public Task<StateChange> ActivateAsync(string topologyName, CancellationToken cancellationToken) =>
        ChangeAsync(topologyName, TopologyState.Paused, TopologyState.Running, cancellationToken);

    /// <summary>Stops the topology's spouts.</summary>
    /// <exception cref="HeronException">As for <see cref="ActivateAsync"/>.</exception>
    public Task<StateChange> DeactivateAsync(string topologyName, CancellationToken cancellationToken) =>
        ChangeAsync(topologyName, TopologyState.Running, TopologyState.Paused, cancellationToken);

    /// <summary>The physical plan, which a topology has from a few seconds after its containers have started.</summary>
    /// <exception cref="HeronException"><see cref="FaultKind.Unavailable"/> when there is none.</exception>
    public async Task<PhysicalPlan> GetPhysicalPlanAsync(string topologyName, CancellationToken cancellationToken) =>
        await state.GetPhysicalPlanAsync(topologyName, cancellationToken)
        ?? throw new HeronException(
            FaultKind.Unavailable,
            $"Failed to get physical plan for topology '{topologyName}'. Its containers are still starting, or some "
            + "cannot start; try again in a minute, or look at them in the scheduler");

    private async Task<StateChange> ChangeAsync(
        string topologyName, TopologyState from, TopologyState to, CancellationToken cancellationToken)
    {
        var current = (await GetPhysicalPlanAsync(topologyName, cancellationToken)).Topology.State;
        if (current == to)
        {
            return StateChange.AlreadyThere;
        }

        if (current != from)
        {
            throw new HeronException(
                FaultKind.Conflict,
                $"Topology '{topologyName}' is not in state '{NameOf(from)}' but in '{NameOf(current)}'");
        }

        await (to == TopologyState.Running
            ? manager.ActivateAsync(topologyName, cancellationToken)
            : manager.DeactivateAsync(topologyName, cancellationToken));
        return StateChange.Changed;
    }

    private static string NameOf(TopologyState state) => state.ToString().ToUpperInvariant();
}
