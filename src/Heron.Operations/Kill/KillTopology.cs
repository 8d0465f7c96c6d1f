using Heron.Core;
using Heron.Core.Scheduling;
using Heron.Core.State;
using Heron.Core.Topologies;
using Heron.Operations.Deploying;
using Heron.Operations.Exclusion;
using Heron.Operations.Journal;
using Heron.Operations.Running;
using Microsoft.Extensions.Logging;

namespace Heron.Operations.Kill;

/// <summary>
/// Ends a topology: containers, state, package, by undoing the steps that launched it. Also ends what an interrupted submission
/// or kill left of one; from the first container stopped on, the kill is in the journal and will be completed.
/// </summary>
public sealed partial class KillTopology(
    OperationRunner runner,
    LaunchSteps steps,
    IJournal journal,
    Recovery recovery,
    PackageFinder packages,
    IScheduler scheduler,
    IStateManager state,
    TimeProvider time,
    ILogger<KillTopology> logger)
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

    /// <summary>What is there to be killed, by the state or, where that does not tell, by what the scheduler has.</summary>
    private async Task<Found> FindAsync(TopologyAddress address, bool settled, CancellationToken cancellationToken)
    {
        var registered = await state.ReadTopologyAsync(address.Name, cancellationToken);
        if (registered.IsRegistered && registered.ExecutionState.Value is { } execution)
        {
            RunningTopologies.RequireSamePlace(execution, address);
        }

        // Where no execution state tells the place, the caller does: it is damaged, or a submission of the Java server broke off
        // between its writes. The id is in the definition then, or in the packing plan.
        IReadOnlyList<TopologyIdentity> topologies = registered is { IsRegistered: true, Id: { } id }
            ? [new TopologyIdentity(address.Cluster, address.Role, address.Environment, address.Name, id)]
            : [.. (await scheduler.Inspector.FindAsync(address.Cluster, address.Role, address.Environment, address.Name, cancellationToken))
                .Select(t => t.Identity(address.Cluster, address.Role, address.Environment))];
        if (topologies.Count == 0 && !registered.IsRegistered && !settled)
        {
            throw new HeronException(FaultKind.NotFound, $"Topology '{ShownText.Of(address.Name)}' does not exist");
        }

        var kills = new List<KillIntent>();
        foreach (var topology in topologies)
        {
            // Before the containers go: they may be all that knows of it.
            kills.Add(new KillIntent(topology, time.GetUtcNow()) { Package = await packages.FindAsync(topology, cancellationToken) });
        }

        return new Found(address.Name, kills, registered is { IsRegistered: true, Id: null });
    }

    private async Task<bool> EndAsync(Found found, CancellationToken cancellationToken)
    {
        foreach (var kill in found.Kills)
        {
            await EndOneAsync(kill, cancellationToken);
        }

        if (found.IsUnreadable)
        {
            // It has nobody's id; its containers, if there were any, have ended.
            await state.UnregisterTopologyAsync(found.Name, onlyWithId: null, cancellationToken);
            Log.RemovedUnread(logger, found.Name, found.Kills.Count);
        }

        return found.IsUnreadable || found.Kills.Count > 0;
    }

    private async Task EndOneAsync(KillIntent kill, CancellationToken cancellationToken)
    {
        var (name, id) = (kill.Topology.Name, kill.Topology.Id);
        using var entry = await TryBeginAsync(kill, cancellationToken);
        Log.Begun(logger, name, id);
        Failpoint.Reach("kill begins");
        await StopAsync(kill, entry, cancellationToken);
        Failpoint.Reach("containers are stopped");
        await RemoveAsync(kill with { IsStopped = true }, entry, cancellationToken);
        await recovery.ForgetAsync(name, CancellationToken.None);
        Log.Killed(logger, name, id);
        Failpoint.Reach("killed");
    }

    /// <summary>Writes the intent; null when it cannot be written: on a full disk a kill is what makes room, and it can simply be sent again.</summary>
    private async Task<IJournalEntry?> TryBeginAsync(KillIntent kill, CancellationToken cancellationToken)
    {
        try
        {
            return await journal.BeginAsync(kill, cancellationToken);
        }
        catch (HeronException e)
        {
            Log.WithoutJournal(logger, kill.Topology.Name, e.Message);
            return null;
        }
    }

    private async Task StopAsync(KillIntent kill, IJournalEntry? entry, CancellationToken cancellationToken)
    {
        try
        {
            await steps.StopAsync(kill, cancellationToken);
        }
        catch (Exception) when (entry is not null)
        {
            // The user is told and decides: the topology is still registered, and another kill goes on where this one ended.
            await entry.CompleteAsync(CancellationToken.None);
            throw;
        }
    }

    private async Task RemoveAsync(KillIntent kill, IJournalEntry? entry, CancellationToken cancellationToken)
    {
        if (entry is null)
        {
            await steps.UndoAsync(kill, cancellationToken);
            return;
        }

        try
        {
            await steps.UndoAsync(kill, cancellationToken);
            await entry.CompleteAsync(CancellationToken.None);
        }
        catch (Exception e)
        {
            // Without containers there is no way back, and the state may be gone although its answer was lost: then nobody
            // but the journal knows of the package. The entry is left to the recovery.
            throw new HeronException(
                Faults.KindOf(e),
                $"The containers of topology '{kill.Topology.Name}' are stopped, and the rest of the kill follows by itself when "
                + $"that is possible; killing it again is fine: {e.Message}",
                e);
        }
    }

    /// <param name="Name">Under which name.</param>
    /// <param name="Kills">One for each topology of that name; several when an earlier one was forgotten by the state.</param>
    /// <param name="IsUnreadable">Whether there is state of which nothing can be read.</param>
    private sealed record Found(string Name, IReadOnlyList<KillIntent> Kills, bool IsUnreadable);

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Information, Message = "topology {Topology}: kill of {Id} begins")]
        public static partial void Begun(ILogger logger, string topology, string id);

        [LoggerMessage(
            Level = LogLevel.Warning,
            Message = "topology {Topology}: killed without a note in the journal; if that is cut off, kill it again: {Reason}")]
        public static partial void WithoutJournal(ILogger logger, string topology, string reason);

        [LoggerMessage(
            Level = LogLevel.Warning,
            Message = "topology {Topology}: removed its state, of which nothing could be read; the scheduler had {Count} topologies of that name")]
        public static partial void RemovedUnread(ILogger logger, string topology, int count);

        [LoggerMessage(Level = LogLevel.Information, Message = "topology {Topology}: {Id} killed")]
        public static partial void Killed(ILogger logger, string topology, string id);
    }
}
