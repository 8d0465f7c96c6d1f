// SPDX-License-Identifier: Apache-2.0
using Heron.Core;
using Heron.Core.Protobuf;
using Heron.Core.State;
using Heron.Core.Topologies;

namespace Heron.Operations.Running;

/// <summary>Finds the topology that a request names, with the rules and messages of the Java server.</summary>
public sealed class RunningTopologies(IStateManager state)
{
    /// <summary>The registered topology of that name.</summary>
    /// <exception cref="HeronException">
    /// <see cref="FaultKind.NotFound"/>: none is registered; <see cref="FaultKind.Conflict"/>: it runs under another
    /// cluster, role or environment, or it is registered only in part.
    /// </exception>
    public async Task<RunningTopology> FindAsync(TopologyAddress address, CancellationToken cancellationToken)
    {
        var name = address.Name;
        var found = await state.ReadTopologyAsync(name, cancellationToken);
        if (!found.IsRegistered)
        {
            throw new HeronException(FaultKind.NotFound, $"Topology '{ShownText.Of(name)}' does not exist");
        }

        var execution = found.ExecutionState.Value
            ?? throw new HeronException(
                FaultKind.Conflict,
                $"Failed to get execution state for topology {name}: "
                + $"{StatePaths.RelativeOf(StateNode.ExecutionState, name)} {found.Damages.First(d => d.Node == StateNode.ExecutionState).Reason}; kill it to clean up");
        RequireSamePlace(execution, address);
        return new RunningTopology(
            new TopologyIdentity(
                execution.Cluster, execution.Role, execution.Environ, execution.TopologyName, execution.TopologyId),
            execution);
    }

    /// <summary>
    /// Refuses a request of which is known already that it names another place than the topology's: it is not to have the topology for a
    /// moment, in which its owners would be refused, or what the server does for them be ended.
    /// </summary>
    /// <exception cref="ElsewhereException">It is known to be elsewhere. Who may pass is looked at again once it is held.</exception>
    public async Task RefuseElsewhereAsync(TopologyAddress address, CancellationToken cancellationToken)
    {
        var look = state.View.GetAsync(cancellationToken).AsTask();
        if (!look.IsCompletedSuccessfully)
        {
            // Just started, or the store has been away since: nothing is known, and nobody is to wait for it here.
            _ = look.ContinueWith(static t => _ = t.Exception, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
            return;
        }

        if ((await look).Find(address.Name) is { IsRegistered: true, ExecutionState.Value: { } execution })
        {
            RequireSamePlace(execution, address);
        }
    }

    /// <summary>Lets the view show what was done to a topology, so that who looks next sees it; waits two seconds at most.</summary>
    public Task ShowAsync(string topologyName, CancellationToken cancellationToken) =>
        state.View.CatchUpAsync(topologyName, cancellationToken);

    /// <summary>Whether a topology runs where a request says.</summary>
    public static bool IsSamePlace(ExecutionState execution, TopologyAddress address) =>
        execution.Cluster == address.Cluster && execution.Role == address.Role && execution.Environ == address.Environment;

    /// <summary>Refuses a request that names another cluster, role or environment than the topology runs in.</summary>
    /// <exception cref="HeronException"><see cref="FaultKind.Conflict"/>, with the Java server's message.</exception>
    public static void RequireSamePlace(ExecutionState execution, TopologyAddress address)
    {
        if (!IsSamePlace(execution, address))
        {
            throw new ElsewhereException(
                address, new TopologyAddress(execution.Cluster, execution.Role, execution.Environ, execution.TopologyName));
        }
    }
}
