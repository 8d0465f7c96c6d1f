using Heron.Core;
using Heron.Core.Packing;
using Heron.Core.Scheduling;
using Heron.Core.State;
using Heron.Core.Topologies;
using Heron.Operations.Activation;
using Heron.Operations.Journal;
using Heron.Operations.Running;
using Microsoft.Extensions.Logging;
using Proto = Heron.Core.Protobuf;

namespace Heron.Operations.Update;

/// <summary>
/// Moves a running topology to a new packing plan: deactivate, add containers, store the plan, wait until it is in
/// force, resume, remove containers. Storing the plan is the point of no return: before it everything is taken back,
/// after it everything is finished, by this request, by the next one, or by the next start of the server.
/// </summary>
/// <remarks>
/// Containers are added before the plan is stored, as in the Java tools: an executor that finds no place for itself in
/// the plan waits for one, while a topology manager that misses containers of its plan cannot make a physical plan.
/// </remarks>
public sealed partial class UpdateTopology(
    IStateManager state,
    IScheduler scheduler,
    TopologyStates states,
    UpdateSettler settler,
    LeftLocations locations,
    IJournal journal,
    FinishedUpdates finished,
    TimeProvider time,
    ILogger<UpdateTopology> logger)
{
    /// <summary>How long another program may hold the update lock; 5 seconds, as in the Java tools.</summary>
    public TimeSpan LockWait { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Updates; the caller holds the topology in this server.</summary>
    /// <param name="topology">Which.</param>
    /// <param name="request">What is asked for, to tell whether an earlier unfinished update was the same.</param>
    /// <param name="plan">Works out the change from the definition and the stored plan.</param>
    /// <param name="cancellationToken">Stops at a point from which the next start of the server goes on.</param>
    /// <returns>What the scheduler has to say about the new containers.</returns>
    /// <exception cref="HeronException">
    /// <see cref="FaultKind.Conflict"/>: somebody else updates it; <see cref="FaultKind.Unavailable"/> and others: a step
    /// failed; the message says which, why, and what is now.
    /// </exception>
    public async Task<ScheduleResult> RunAsync(
        TopologyIdentity topology,
        UpdateRequest request,
        Func<Proto.Topology, Proto.PackingPlan, PlanChange> plan,
        CancellationToken cancellationToken)
    {
        var unfinished = await journal.UnfinishedUpdatesAsync(topology, cancellationToken);
        await using var held = await state.TryLockForUpdateAsync(
            topology.Name, unfinished.Select(entry => (UpdateIntent)entry.Intent), LockWait, cancellationToken)
            ?? throw new HeronException(
                FaultKind.Conflict,
                $"The update lock can not be obtained for topology {topology.Name}. Another actor is performing an update on "
                + "it. Failing this request, try again once current update is complete");
        using var whileHeld = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, held.Lost);
        try
        {
            return await RunLockedAsync(held.Owner, topology, request, plan, whileHeld.Token);
        }
        catch (OperationCanceledException e) when (held.Lost.IsCancellationRequested)
        {
            throw new HeronException(
                FaultKind.Unavailable,
                $"The update lock of topology {topology.Name} was lost in the middle of the update. The server brings the "
                + "update to an end, forward or back, as soon as the state manager is there again",
                e);
        }
    }

    private async Task<ScheduleResult> RunLockedAsync(
        string? lockOwner,
        TopologyIdentity topology,
        UpdateRequest request,
        Func<Proto.Topology, Proto.PackingPlan, PlanChange> plan,
        CancellationToken cancellationToken)
    {
        if (await FinishEarlierAsync(lockOwner, topology, request, cancellationToken))
        {
            return ScheduleResult.Clean;
        }

        var definition = await state.GetTopologyAsync(topology.Name, cancellationToken) ?? throw Missing(topology, "definition");
        var stored = await state.GetPackingPlanAsync(topology.Name, cancellationToken) ?? throw Missing(topology, "packing plan");
        if (finished.Take(topology, stored) && request.IsFulfilledBy(PackingPlanProto.FromProto(stored)))
        {
            return ScheduleResult.Clean;
        }

        var change = plan(definition, stored);
        var physical = await states.GetPhysicalPlanAsync(topology.Name, cancellationToken);
        var waits = UpdateWaits.Of(physical.Topology);
        var intent = new UpdateIntent(
            topology, time.GetUtcNow(), change, physical.Topology.State == Proto.TopologyState.Running)
        {
            RuntimeSettings = RuntimeSettings.Of(physical.Topology),
            Manager = await locations.FindLivingManagerAsync(topology, cancellationToken),
            LockOwner = lockOwner,
        };

        Log.Begins(
            logger,
            topology.Name,
            stored.ContainerPlans.Count,
            change.Proposed.ContainerPlans.Count,
            string.Join(", ", change.Added),
            string.Join(", ", change.Removed));
        using var entry = await journal.BeginAsync(intent, cancellationToken);
        var step = "";
        var scheduled = ScheduleResult.Clean;
        try
        {
            Enter("deactivating");
            if (intent.RunsAfterwards)
            {
                await states.DeactivateAsync(topology.Name, cancellationToken);
                Log.Deactivated(logger, topology.Name, waits.AfterDeactivation.TotalSeconds);
                Failpoint.Reach("update: deactivated");
                await Task.Delay(waits.AfterDeactivation, time, cancellationToken);
            }

            if (change.Added.Count > 0)
            {
                Enter("adding containers");
                scheduled = await scheduler.AddContainersAsync(
                    topology, change.Added, PackingPlanProto.FromProto(change.Proposed), cancellationToken);
                Log.Added(logger, topology.Name, string.Join(", ", change.Added));
                Failpoint.Reach("update: containers are added");
            }

            Enter("storing the new packing plan");
            await state.SetPackingPlanAsync(topology.Name, change.Proposed, cancellationToken);
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            await SettleAfterAsync(entry, intent, step, e, cancellationToken);
            return scheduled;
        }

        var outcome = await settler.FinishAsync(intent, patience: null, cancellationToken);
        await entry.CompleteAsync(CancellationToken.None);
        return outcome == UpdateOutcome.Done ? scheduled : throw await OvertakenAsync(topology, cancellationToken);

        void Enter(string next)
        {
            step = next;
            Failpoint.Reach($"update: {next} begins");
        }
    }

    /// <summary>Settles what an earlier request or server has left; true when that is what this request asks for.</summary>
    private async Task<bool> FinishEarlierAsync(
        string? lockOwner, TopologyIdentity topology, UpdateRequest request, CancellationToken cancellationToken)
    {
        var isFulfilled = false;
        foreach (var entry in await journal.UnfinishedUpdatesAsync(topology, cancellationToken))
        {
            var earlier = (UpdateIntent)entry.Intent with { LockOwner = lockOwner };
            await entry.ReplaceAsync(earlier, cancellationToken);
            var outcome = await settler.SettleAsync(earlier, patience: null, cancellationToken);
            await entry.CompleteAsync(CancellationToken.None);
            isFulfilled |= outcome == UpdateOutcome.Done
                && request.IsFulfilledBy(PackingPlanProto.FromProto(earlier.Change.Proposed));
        }

        return isFulfilled;
    }

    /// <summary>A step failed: what is stored decides whether that was the end of it. Throws unless the update is done.</summary>
    private async Task SettleAfterAsync(
        IJournalEntry entry, UpdateIntent update, string step, Exception failure, CancellationToken cancellationToken)
    {
        var name = update.Topology.Name;
        var kind = Faults.KindOf(failure);
        Log.StepFailed(logger, name, step, failure.Message);
        if (failure is StateStoreAwayException)
        {
            // It has had its time in the step that failed: whether the plan is stored can only be told when it is back.
            throw new HeronException(
                kind,
                $"Failed to update topology '{name}' at {step}: {failure.Message}. The server brings the update to an end, forward "
                + "or back, as soon as the state store is there again",
                failure);
        }

        UpdateOutcome outcome;
        try
        {
            outcome = await settler.SettleAsync(update, patience: null, cancellationToken);
            await entry.CompleteAsync(CancellationToken.None);
        }
        catch (HeronException e)
        {
            throw new HeronException(
                kind,
                $"Failed to update topology '{name}' at {step}: {failure.Message}. It could not be brought back yet: "
                + $"{e.Message}. The server goes on trying",
                failure);
        }

        if (outcome == UpdateOutcome.Overtaken
            && (await state.GetExecutionStateAsync(name, cancellationToken))?.TopologyId != update.Topology.Id)
        {
            // The step failed because there was nothing left to change.
            throw await OvertakenAsync(update.Topology, cancellationToken);
        }

        if (outcome != UpdateOutcome.Done)
        {
            throw new HeronException(
                kind,
                $"Failed to update topology '{name}' at {step}: {failure.Message}. "
                + (outcome == UpdateOutcome.TakenBack ? "All is as before the update" : "Somebody else has changed or killed it"),
                failure);
        }
    }

    private async Task<HeronException> OvertakenAsync(TopologyIdentity topology, CancellationToken cancellationToken) =>
        await state.IsTopologyRunningAsync(topology.Name, cancellationToken)
            ? new HeronException(
                FaultKind.Conflict,
                $"Topology '{topology.Name}' was killed and submitted again by somebody else while it was updated; nothing of the update is left")
            : new HeronException(
                FaultKind.NotFound,
                $"Topology '{topology.Name}' was killed by somebody else while it was updated; nothing of the update is left");

    private static HeronException Missing(TopologyIdentity topology, string what) => new(
        FaultKind.Conflict,
        $"Topology '{topology.Name}' has no {what} in the state manager: an earlier submit or kill was cut off; kill it to clean up");

    private static partial class Log
    {
        [LoggerMessage(
            Level = LogLevel.Information,
            Message = "{Topology}: update from {Before} to {After} containers; adds [{Added}], removes [{Removed}]")]
        public static partial void Begins(
            ILogger logger, string topology, int before, int after, string added, string removed);

        [LoggerMessage(
            Level = LogLevel.Information,
            Message = "{Topology}: deactivated; waiting {Seconds} s for tuples on their way")]
        public static partial void Deactivated(ILogger logger, string topology, double seconds);

        [LoggerMessage(Level = LogLevel.Information, Message = "{Topology}: added containers {Containers}")]
        public static partial void Added(ILogger logger, string topology, string containers);

        [LoggerMessage(Level = LogLevel.Warning, Message = "{Topology}: update failed at {Step}: {Reason}")]
        public static partial void StepFailed(ILogger logger, string topology, string step, string reason);
    }
}
