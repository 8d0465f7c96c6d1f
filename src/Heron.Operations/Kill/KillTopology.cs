// SPDX-License-Identifier: Apache-2.0
using Heron.Core;
using Heron.Core.Scheduling;
using Heron.Core.State;
using Heron.Core.Topologies;
using Heron.Operations.Exclusion;
using Heron.Operations.Journal;
using Heron.Operations.Running;
using Microsoft.Extensions.Logging;

namespace Heron.Operations.Kill;

/// <summary>
/// Ends a topology by its name: what the state has, what the scheduler has, whether or not the one knows of the other, and what an
/// interrupted submission or kill left.
/// </summary>
public sealed partial class KillTopology(
    OperationRunner runner, TopologyEnding ending, IScheduler scheduler, IStateManager state, ILogger<KillTopology> logger)
{
    private static readonly OperationKind Kill = new("kill", TakesOver: true);

    /// <summary>Kills.</summary>
    /// <param name="address">Which topology.</param>
    /// <param name="caller">Who asks.</param>
    /// <param name="callerLeft">Cancelled when the client leaves; counts until the first container is stopped.</param>
    /// <exception cref="HeronException">
    /// <see cref="FaultKind.NotFound"/>: there is nothing of that name; <see cref="FaultKind.Conflict"/>: it runs elsewhere;
    /// others: the containers could not be stopped, and all is left to the caller, or what comes after that could not be done,
    /// and the recovery sees to it.
    /// </exception>
    public Task RunAsync(TopologyAddress address, Caller caller, CancellationToken callerLeft) => runner.RunAsync(
        Kill, caller, address, (settled, token) => FindAsync(address, settled, token), EndAsync, callerLeft);

    /// <summary>
    /// What is there to be killed: by the state, and by what the scheduler has of that name at that place. Containers of which the
    /// state knows nothing would run for ever, those of an earlier topology beside the registered one too.
    /// </summary>
    private async Task<Found> FindAsync(TopologyAddress address, bool settled, CancellationToken cancellationToken)
    {
        var stored = await state.ReadTopologyAsync(address.Name, cancellationToken);
        var id = stored.Id;
        if (stored.ExecutionState.Value is { } execution)
        {
            if (stored.IsRegistered)
            {
                RunningTopologies.RequireSamePlace(execution, address);
            }
            else if (!RunningTopologies.IsSamePlace(execution, address))
            {
                // Remains of another topology, which nobody registered at this place.
                id = null;
            }
        }

        if (stored is { IsRegistered: true, ExecutionState.Value: null })
        {
            await RequireNoOtherPlaceAsync(address, id, cancellationToken);
        }

        var scheduled = await scheduler.Inspector.FindAsync(
            address.Cluster, address.Role, address.Environment, address.Name, cancellationToken);

        // The registered one last: as long as it is there, a kill that fails is seen to be unfinished. Where no execution state tells
        // the place, the caller does: it is damaged or gone, or a submission of the Java server broke off between its writes.
        IReadOnlyList<TopologyIdentity> topologies =
        [
            .. scheduled.Where(t => t.Id != id).Select(t => t.Identity(address.Cluster, address.Role, address.Environment)),
            .. id is null ? [] : new[] { new TopologyIdentity(address.Cluster, address.Role, address.Environment, address.Name, id) },
        ];
        if (topologies.Count == 0 && !stored.IsRegistered && !settled)
        {
            throw new HeronException(FaultKind.NotFound, $"Topology '{ShownText.Of(address.Name)}' does not exist");
        }

        var kills = new List<KillIntent>();
        foreach (var topology in topologies)
        {
            kills.Add(await ending.IntentAsync(topology, cancellationToken));
        }

        return new Found(address.Name, kills, stored is { IsRegistered: true, Id: null });
    }

    /// <summary>A caller may name a place of which it has the rights: what its containers say comes first.</summary>
    private async Task RequireNoOtherPlaceAsync(TopologyAddress address, string? id, CancellationToken cancellationToken)
    {
        var scheduled = await scheduler.Inspector.ListAsync(cancellationToken);
        if (scheduled.Any(t => t.Name == address.Name && (id ?? t.Id) == t.Id
            && !t.MayBe(address.Cluster, address.Role, address.Environment, address.Name)))
        {
            throw new HeronException(
                FaultKind.Conflict,
                $"cluster/role/environ does not match. The containers of topology '{address.Name}' are not those of "
                + $"{address.Cluster}/{address.Role}/{address.Environment}");
        }
    }

    private async Task<bool> EndAsync(Found found, CancellationToken cancellationToken)
    {
        foreach (var kill in found.Kills)
        {
            await ending.EndAsync(kill, cancellationToken);
        }

        if (found.IsUnreadable)
        {
            // It has nobody's id; its containers, if there were any, have ended.
            await state.UnregisterTopologyAsync(found.Name, onlyWithId: null, cancellationToken);
            Log.RemovedUnread(logger, found.Name, found.Kills.Count);
        }

        return found.IsUnreadable || found.Kills.Count > 0;
    }

    /// <param name="Name">Under which name.</param>
    /// <param name="Kills">One for each topology of that name; several when an earlier one was forgotten by the state.</param>
    /// <param name="IsUnreadable">Whether there is state of which nothing can be read.</param>
    private sealed record Found(string Name, IReadOnlyList<KillIntent> Kills, bool IsUnreadable);

    private static partial class Log
    {
        [LoggerMessage(
            Level = LogLevel.Warning,
            Message = "topology {Topology}: removed its state, of which nothing could be read; the scheduler had {Count} topologies of that name")]
        public static partial void RemovedUnread(ILogger logger, string topology, int count);
    }
}
