// SPDX-License-Identifier: Apache-2.0
using Heron.Core;
using Heron.Core.Packing;
using Heron.Core.Scheduling;
using Heron.Core.State;
using Heron.Core.Topologies;
using Heron.Operations.Activation;
using Heron.Operations.Exclusion;
using Heron.Operations.Journal;
using Heron.Operations.Running;
using Microsoft.Extensions.Logging;
using Proto = Heron.Core.Protobuf;

namespace Heron.Operations.Update;

/// <summary>
/// Moves a running topology to a new packing plan: make missing containers again, add containers and wait until they run,
/// deactivate, store the plan, wait until it is in force, resume, remove containers. Storing the plan is the point of no return:
/// before it everything is taken back, after it everything is finished, by this request, by the next one, or by the next start of
/// the server.
/// </summary>
/// <remarks>
/// Containers are added before the plan is stored, as in the Java tools: an executor that finds no place for itself in
/// the plan waits for one, while a topology manager that misses containers of its plan cannot make a physical plan. Unlike there
/// the topology goes on running until they do, so that one which finds no node costs nothing.
/// </remarks>
public sealed partial class UpdateTopology(
    IStateManager state,
    IScheduler scheduler,
    TopologyStates states,
    UpdateSettler settler,
    LeftLocations locations,
    PlannedContainers containers,
    IJournal journal,
    FinishedUpdates finished,
    TimeProvider time,
    ILogger<UpdateTopology> logger)
{
    // How long another program may hold the update lock, as in the Java tools.
    private static readonly TimeSpan LockWait = TimeSpan.FromSeconds(5);

    /// <summary>Updates; the caller holds the topology in this server.</summary>
    /// <param name="topology">Which.</param>
    /// <param name="request">What is asked for, to tell whether an earlier unfinished update was the same.</param>
    /// <param name="plan">Works out the change from the definition and the stored plan.</param>
    /// <param name="waiting">Called when nothing is left to do but to wait for others; disposed when that is over.</param>
    /// <param name="steps">Is told how far it is.</param>
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
        Func<IDisposable> waiting,
        OperationSteps steps,
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
            return await RunLockedAsync(held.Owner, topology, request, plan, waiting, steps, whileHeld.Token);
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
        Func<IDisposable> waiting,
        OperationSteps steps,
        CancellationToken cancellationToken)
    {
        var (isFulfilled, stuck) = await FinishEarlierAsync(lockOwner, topology, request, waiting, cancellationToken);
        if (isFulfilled)
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
        var physical = stuck is null
            ? await states.GetPhysicalPlanAsync(topology.Name, cancellationToken)
            : await state.GetPhysicalPlanAsync(topology.Name, cancellationToken);
        var waits = UpdateWaits.Of(physical?.Topology ?? definition);
        var runs = physical?.Topology.State == Proto.TopologyState.Running;
        var intent = await IntentAsync(lockOwner, topology, change, physical, stuck?.Intent as UpdateIntent, cancellationToken);
        Log.Begins(
            logger,
            topology.Name,
            stored.ContainerPlans.Count,
            change.Proposed.ContainerPlans.Count,
            string.Join(", ", change.Added),
            string.Join(", ", intent.Removed));
        IReadOnlyList<string> said;
        using (waiting())
        {
            // Nothing is begun yet: those that stay have to be there, or the new plan would never come into force.
            said = await containers.RequireAsync(
                topology, [.. PlannedContainers.Of(stored).Except(change.Removed)], waits.ForPhysicalPlan, cancellationToken);
        }

        steps.Plan(UpdateSteps.Of(intent, runs));
        using var entry = await journal.BeginAsync(intent, cancellationToken);
        var step = "";
        var scheduled = new ScheduleResult(said);
        try
        {
            if (change.Added.Count > 0)
            {
                Enter("adding containers", UpdateSteps.Add(intent));
                var added = await scheduler.AddContainersAsync(
                    topology, change.Added, PackingPlanProto.FromProto(change.Proposed), cancellationToken);
                scheduled = new ScheduleResult([.. said, .. added.Warnings]);
                Log.Added(logger, topology.Name, string.Join(", ", change.Added));
                Failpoint.Reach("update: containers are added");
                steps.Begin(UpdateSteps.UntilAddedRun);
                using (waiting())
                {
                    await containers.UntilTheyRunAsync(
                        topology, change.Added, waits.ForPhysicalPlan, pendingIsFine: true, cancellationToken);
                }
            }

            Enter("deactivating", UpdateSteps.Deactivate);
            if (runs)
            {
                await states.DeactivateAsync(topology.Name, cancellationToken);
                Log.Deactivated(logger, topology.Name, waits.AfterDeactivation.TotalSeconds);
                Failpoint.Reach("update: deactivated");
                await Task.Delay(waits.AfterDeactivation, time, cancellationToken);
            }

            Enter("storing the new packing plan", UpdateSteps.Store);
            await state.SetPackingPlanAsync(topology.Name, change.Proposed, cancellationToken);
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            await SettleAfterAsync(entry, intent, step, e, cancellationToken);
            return scheduled;
        }

        if (stuck is not null)
        {
            // This one sees to all that the earlier one was to do.
            await stuck.CompleteAsync(cancellationToken);
        }

        using (waiting())
        {
            var outcome = await settler.FinishAsync(intent, patience: null, steps, cancellationToken);
            await entry.CompleteAsync(CancellationToken.None);
            return outcome == UpdateOutcome.Done ? scheduled : throw await OvertakenAsync(topology, cancellationToken);
        }

        void Enter(string next, string shown)
        {
            step = next;
            steps.Begin(shown);
            Failpoint.Reach($"update: {next} begins");
        }
    }

    private async Task<UpdateIntent> IntentAsync(
        string? lockOwner,
        TopologyIdentity topology,
        PlanChange change,
        Proto.PhysicalPlan? physical,
        UpdateIntent? stuck,
        CancellationToken cancellationToken)
    {
        var manager = await locations.FindLivingManagerAsync(topology, cancellationToken);
        var intent = new UpdateIntent(topology, time.GetUtcNow(), change, physical?.Topology.State == Proto.TopologyState.Running)
        {
            RuntimeSettings = physical is null ? [] : RuntimeSettings.Of(physical.Topology),
            Manager = manager,
            LockOwner = lockOwner,
        };
        return stuck is null
            ? intent
            : intent with
            {
                RunsAfterwards = stuck.RunsAfterwards,
                RuntimeSettings = stuck.RuntimeSettings,
                Manager = manager ?? stuck.Manager,
                Continues = true,
                LeftOver = stuck.Removed,
            };
    }

    /// <summary>Settles what an earlier request or server has left.</summary>
    /// <returns>
    /// Whether that is what this request asks for; and, when it asks for something else, an update whose plan is stored and does not
    /// come into force: to be replaced instead of waited for.
    /// </returns>
    private async Task<(bool IsFulfilled, IJournalEntry? Stuck)> FinishEarlierAsync(
        string? lockOwner,
        TopologyIdentity topology,
        UpdateRequest request,
        Func<IDisposable> waiting,
        CancellationToken cancellationToken)
    {
        var isFulfilled = false;
        IJournalEntry? stuck = null;
        foreach (var entry in await journal.UnfinishedUpdatesAsync(topology, cancellationToken))
        {
            var earlier = (UpdateIntent)entry.Intent with { LockOwner = lockOwner };
            await entry.ReplaceAsync(earlier, cancellationToken);
            var isAsked = request.IsFulfilledBy(PackingPlanProto.FromProto(earlier.Change.Proposed));
            using var wait = waiting();
            try
            {
                var outcome = await settler.SettleAsync(earlier, isAsked ? null : TimeSpan.Zero, cancellationToken);
                await entry.CompleteAsync(CancellationToken.None);
                isFulfilled |= outcome == UpdateOutcome.Done && isAsked;
            }
            catch (HeronException e) when (!isAsked && e is not StateStoreAwayException)
            {
                if (!earlier.IsAfter(await state.GetPackingPlanAsync(topology.Name, cancellationToken)))
                {
                    throw;
                }

                Log.Replaces(logger, topology.Name, e.Message);
                stuck = entry;
            }
        }

        return (isFulfilled, stuck);
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

        [LoggerMessage(Level = LogLevel.Information, Message = "{Topology}: takes the place of an update that did not come to its end: {Reason}")]
        public static partial void Replaces(ILogger logger, string topology, string reason);

        [LoggerMessage(Level = LogLevel.Information, Message = "{Topology}: added containers {Containers}")]
        public static partial void Added(ILogger logger, string topology, string containers);

        [LoggerMessage(Level = LogLevel.Warning, Message = "{Topology}: update failed at {Step}: {Reason}")]
        public static partial void StepFailed(ILogger logger, string topology, string step, string reason);
    }
}
