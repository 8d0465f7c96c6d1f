using System.Text.Json;
using Heron.Core;
using Heron.Core.State;
using Heron.Core.Storage;
using Heron.Core.Topologies;
using Heron.Operations.Deploying;
using Heron.Operations.Exclusion;
using Heron.Operations.Journal;
using Heron.Operations.Running;
using Microsoft.Extensions.Logging;

namespace Heron.Operations.Kill;

/// <summary>
/// Ends a topology: containers, state, package. Also ends what an interrupted submission or kill left of one; from the
/// first container stopped on, the kill is in the journal and will be completed.
/// </summary>
public sealed partial class KillOperation(
    IStateManager state,
    KillRecovery kill,
    IntentJournal journal,
    JournalRecovery recovery,
    PackageRemoval packages,
    InstanceFolder instance,
    OperationGate gate,
    OperationLifetime lifetime,
    ILogger<KillOperation> logger)
{
    /// <summary>Kills.</summary>
    /// <exception cref="HeronException">
    /// <see cref="FaultKind.NotFound"/>: there is nothing of that name; <see cref="FaultKind.Conflict"/>: it runs elsewhere;
    /// others: the containers could not be stopped, and all is left to the caller, or what comes after that could not be done,
    /// and the recovery sees to it.
    /// </exception>
    public async Task RunAsync(TopologyAddress address, Caller caller, CancellationToken cancellationToken)
    {
        using var lease = await gate.EnterAsync(address.Name, "kill", caller, cancellationToken);
        var settled = await recovery.SettleAsync(address.Name, cancellationToken);
        if (await FindAsync(address, cancellationToken) is not { } identity)
        {
            if (settled)
            {
                return;
            }

            throw new HeronException(FaultKind.NotFound, $"Topology '{SafeNames.Printable(address.Name)}' does not exist");
        }

        // Before the containers go: they may be all that knows of it.
        var package = await packages.FindAsync(identity, cancellationToken);
        var work = new SubmitIntent(identity, instance.Id, package, Registered: true, Scheduled: true);
        var intent = TryBegin(work);
        Log.Begun(logger, identity.Name, identity.Id);
        await StopAsync(work, intent);
        await RemoveAsync(work, intent);
        intent?.Complete();
        recovery.Forget(address.Name);
        Log.Killed(logger, identity.Name, identity.Id);
    }

    /// <summary>Writes the intent; null when it cannot be written: on a full disk a kill is what makes room, and it can simply be sent again.</summary>
    private JournaledIntent? TryBegin(SubmitIntent work)
    {
        try
        {
            return journal.Begin(
                KillRecovery.IntentKind, work.Topology.Name, JsonSerializer.Serialize(work, JournalJson.Default.SubmitIntent));
        }
        catch (HeronException e)
        {
            Log.WithoutJournal(logger, work.Topology.Name, e.Message);
            return null;
        }
    }

    private async Task StopAsync(SubmitIntent work, JournaledIntent? intent)
    {
        try
        {
            await kill.StopAsync(work, lifetime.Ending);
        }
        catch (Exception)
        {
            // The user is told and decides: the topology is still registered, and another kill goes on where this one ended.
            intent?.Complete();
            throw;
        }
    }

    private async Task RemoveAsync(SubmitIntent work, JournaledIntent? intent)
    {
        try
        {
            await kill.RemoveAsync(work, lifetime.Ending);
        }
        catch (Exception e) when (intent is not null)
        {
            // Without containers there is no way back, and the state may be gone although its answer was lost: then nobody
            // but the journal knows of the package.
            journal.Abandon(intent);
            throw new HeronException(
                Faults.KindOf(e),
                $"The containers of topology '{work.Topology.Name}' are stopped, and the rest of the kill follows by itself when "
                + $"that is possible; killing it again is fine: {e.Message}",
                e);
        }
    }

    private async Task<TopologyIdentity?> FindAsync(TopologyAddress address, CancellationToken cancellationToken)
    {
        if (!await state.IsTopologyRunningAsync(address.Name, cancellationToken))
        {
            return null;
        }

        if (await state.GetExecutionStateAsync(address.Name, cancellationToken) is { } execution)
        {
            RunningTopologies.RequireSamePlace(execution, address);
            return new TopologyIdentity(
                execution.Cluster, execution.Role, execution.Environ, execution.TopologyName, execution.TopologyId);
        }

        // Left by a submission of the Java server that broke off between its writes: the definition has the id.
        return await state.GetTopologyAsync(address.Name, cancellationToken) is { } topology
            ? new TopologyIdentity(address.Cluster, address.Role, address.Environment, address.Name, topology.Id)
            : null;
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Information, Message = "topology {Topology}: kill of {Id} begins")]
        public static partial void Begun(ILogger logger, string topology, string id);

        [LoggerMessage(
            Level = LogLevel.Warning,
            Message = "topology {Topology}: killed without a note in the journal; if that is cut off, kill it again: {Reason}")]
        public static partial void WithoutJournal(ILogger logger, string topology, string reason);

        [LoggerMessage(Level = LogLevel.Information, Message = "topology {Topology}: {Id} killed")]
        public static partial void Killed(ILogger logger, string topology, string id);
    }
}
