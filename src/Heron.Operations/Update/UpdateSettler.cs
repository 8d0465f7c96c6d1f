// SPDX-License-Identifier: Apache-2.0
using System.Diagnostics;
using Heron.Core;
using Heron.Core.Daemons;
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
/// Brings an update that was begun to an end, forward or back. Every step may be done again, so it does not matter
/// where an earlier attempt stopped. The caller holds the topology.
/// </summary>
public sealed partial class UpdateSettler(
    IStateManager state,
    IScheduler scheduler,
    TopologyStates states,
    ITopologyManager manager,
    LeftLocations locations,
    PlannedContainers containers,
    TimeProvider time,
    ILogger<UpdateSettler> logger)
{
    private const int TuneAttempts = 5;

    private static readonly TimeSpan RetryPause = TimeSpan.FromSeconds(1);

    /// <summary>Of a topology without a definition: who watches whether it is gone ends the wait, with the truth.</summary>
    private static readonly TimeSpan GoneLimit = TimeSpan.FromSeconds(30);

    /// <summary>Finishes the update when its plan is stored already, else takes it back.</summary>
    /// <param name="intent">What was begun.</param>
    /// <param name="patience">How long to wait for the new physical plan; null for as long as the topology says.</param>
    /// <param name="cancellationToken">Stops; what is left is settled later.</param>
    /// <exception cref="HeronException">Something cannot be reached; to be settled later.</exception>
    public async Task<UpdateOutcome> SettleAsync(
        UpdateIntent intent, TimeSpan? patience, CancellationToken cancellationToken)
    {
        var name = intent.Topology.Name;
        var execution = await RegisteredAsync(name, cancellationToken);
        var stored = await state.GetPackingPlanAsync(name, cancellationToken);
        if (execution?.TopologyId != intent.Topology.Id || (!intent.IsAfter(stored) && !intent.IsBefore(stored)))
        {
            await GiveUpAsync(intent, cancellationToken);
            return UpdateOutcome.Overtaken;
        }

        if (intent.IsAfter(stored))
        {
            return await FinishAsync(intent, patience, steps: null, cancellationToken);
        }

        await TakeBackAsync(intent, cancellationToken);
        return UpdateOutcome.TakenBack;
    }

    /// <summary>The new plan is stored: waits until it is in force, resumes the topology, drops what it has no use for.</summary>
    /// <param name="intent">What was begun.</param>
    /// <param name="patience">How long to wait for the new physical plan; null for as long as the topology says.</param>
    /// <param name="steps">Is told how far it is; null when nobody watches.</param>
    /// <param name="cancellationToken">Stops; what is left is settled later.</param>
    /// <returns><see cref="UpdateOutcome.Overtaken"/> as soon as somebody has killed the topology, else done.</returns>
    /// <exception cref="HeronException">
    /// <see cref="FaultKind.Unavailable"/>: the new physical plan did not come in time, or a server cannot be reached.
    /// </exception>
    public async Task<UpdateOutcome> FinishAsync(
        UpdateIntent intent, TimeSpan? patience, OperationSteps? steps, CancellationToken cancellationToken)
    {
        using var over = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var gone = UntilGoneAsync(intent.Topology, over.Token);
        var oldManager = intent.Manager is { } old
            ? locations.RemoveOnceEndedAsync(intent.Topology, old, over.Token)
            : Task.CompletedTask;
        var finishing = GoForwardAsync(intent, patience, steps, over.Token);
        try
        {
            if (await Task.WhenAny(finishing, gone) == finishing || !gone.IsCompletedSuccessfully)
            {
                await finishing;
                return UpdateOutcome.Done;
            }

            await over.CancelAsync();
            await finishing.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            await GiveUpAsync(intent, cancellationToken);
            return UpdateOutcome.Overtaken;
        }
        finally
        {
            await over.CancelAsync();
            await Task.WhenAll(gone, oldManager).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>Ends when the topology is gone or is another one of its name, by the view and then by the store itself.</summary>
    private async Task UntilGoneAsync(TopologyIdentity topology, CancellationToken cancellationToken)
    {
        await foreach (var seen in state.View.WatchAsync(cancellationToken))
        {
            if (seen.Stale is not null || (seen.Find(topology.Name) is { } found && (found.Id ?? topology.Id) == topology.Id))
            {
                continue;
            }

            try
            {
                var now = await state.ReadTopologyAsync(topology.Name, cancellationToken);
                if (!now.IsRegistered || (now.Id ?? topology.Id) != topology.Id)
                {
                    return;
                }
            }
            catch (HeronException e)
            {
                // Then the view has something new to show when the store is back.
                Log.CannotLook(logger, topology.Name, e.Message);
            }
        }
    }

    private async Task GoForwardAsync(UpdateIntent intent, TimeSpan? patience, OperationSteps? steps, CancellationToken cancellationToken)
    {
        var name = intent.Topology.Name;
        var limit = patience ?? await LimitAsync(name, cancellationToken);
        var started = Stopwatch.GetTimestamp();

        // Somebody who comes by every few seconds says so once, when it comes.
        var level = patience is null ? LogLevel.Information : LogLevel.Debug;
        Log.WaitingForPhysicalPlan(logger, level, name, intent.Change.Proposed.ContainerPlans.Count, limit.TotalSeconds);
        Failpoint.Reach("update: new packing plan is stored");
        steps?.Begin(UpdateSteps.UntilInForce);
        try
        {
            await state.WaitForPhysicalPlanAsync(
                name, p => p.IsMadeFrom(intent.Change.Proposed), limit, cancellationToken);
        }
        catch (TimeoutException e)
        {
            var trouble = await containers.TroubleAsync(intent.Topology, intent.Change.Proposed, cancellationToken);
            Log.NoPhysicalPlan(logger, patience is null ? LogLevel.Warning : LogLevel.Debug, name, limit.TotalSeconds, trouble ?? "all containers run");
            throw new HeronException(
                FaultKind.Unavailable,
                (patience is null ? $"New physical plan not received within {limit.TotalSeconds:0} s" : "No new physical plan yet")
                + $" for topology {name}{(trouble is null ? "" : ": " + trouble)}. The new packing plan is in force; the topology is resumed "
                + "as soon as all its containers have registered. The same update sent again waits again, another one takes its place",
                e);
        }

        Log.PhysicalPlanCame(logger, name, Stopwatch.GetElapsedTime(started).TotalSeconds);
        Failpoint.Reach("update: reactivating begins");
        steps?.Begin(UpdateSteps.Resume(intent));
        await ResumeAsync(intent, limit, cancellationToken);
        if (intent.Removed.Count > 0)
        {
            Failpoint.Reach("update: removing containers begins");
            steps?.Begin(UpdateSteps.Remove(intent));
            await scheduler.RemoveContainersAsync(intent.Topology, intent.Removed, cancellationToken);
            Log.Removed(logger, name, string.Join(", ", intent.Removed));
            Failpoint.Reach("update: containers are removed");
        }
    }

    private async Task<TimeSpan> LimitAsync(string topologyName, CancellationToken cancellationToken) =>
        await state.GetTopologyAsync(topologyName, cancellationToken) is { } topology
            ? UpdateWaits.Of(topology).ForPhysicalPlan
            : GoneLimit;

    private async Task TakeBackAsync(UpdateIntent intent, CancellationToken cancellationToken)
    {
        var name = intent.Topology.Name;
        if (intent.Change.Added.Count > 0)
        {
            await scheduler.RemoveContainersAsync(intent.Topology, intent.Change.Added, cancellationToken);
        }

        if (intent is { RunsAfterwards: true, Continues: false })
        {
            await states.ActivateAsync(name, cancellationToken);
        }

        Log.TakenBack(logger, name);
    }

    /// <summary>Null without a topology of the name, also while a kill elsewhere has yet to remove what is around it.</summary>
    private async Task<Proto.ExecutionState?> RegisteredAsync(string name, CancellationToken cancellationToken) =>
        await state.IsTopologyRunningAsync(name, cancellationToken) ? await state.GetExecutionStateAsync(name, cancellationToken) : null;

    private async Task GiveUpAsync(UpdateIntent intent, CancellationToken cancellationToken)
    {
        // Containers that nobody's plan knows must not stay; those of another plan's are not touched.
        var stored = await RegisteredAsync(intent.Topology.Name, cancellationToken) is { } execution
            && execution.TopologyId == intent.Topology.Id
            ? await state.GetPackingPlanAsync(intent.Topology.Name, cancellationToken)
            : null;
        var known = stored?.ContainerPlans.Select(c => c.Id).ToHashSet() ?? [];
        var orphans = intent.Change.Added.Where(id => !known.Contains(id)).ToList();
        if (orphans.Count > 0)
        {
            await scheduler.RemoveContainersAsync(intent.Topology, orphans, cancellationToken);
        }

        Log.Overtaken(logger, intent.Topology.Name, intent.Topology.Id);
    }

    /// <remarks>
    /// A restarted topology manager begins with the state of the submission, so a topology that was paused has to be
    /// paused again. It publishes the physical plan a moment before it takes requests; hence the second tries.
    /// </remarks>
    private async Task ResumeAsync(UpdateIntent intent, TimeSpan limit, CancellationToken cancellationToken)
    {
        var name = intent.Topology.Name;
        var started = time.GetTimestamp();
        while (true)
        {
            try
            {
                var change = intent.RunsAfterwards
                    ? await states.ActivateAsync(name, cancellationToken)
                    : await states.DeactivateAsync(name, cancellationToken);
                Log.Resumed(logger, name, intent.RunsAfterwards ? "running" : "paused", change);
                Failpoint.Reach("update: resumed");
                break;
            }
            catch (HeronException e) when (e.Kind is FaultKind.Unavailable or FaultKind.BadGateway)
            {
                if (time.GetElapsedTime(started) > limit)
                {
                    var left = intent.Removed.Count;
                    throw new HeronException(
                        e.Kind,
                        $"Topology reactivation failed for topology {name} after topology update"
                        + (left == 0 ? "" : $" but before releasing {left} no longer used containers")
                        + $": {e.Message}. The server goes on trying",
                        e);
                }

                Log.ResumeFailed(logger, name, e.Message);
            }

            await Task.Delay(RetryPause, time, cancellationToken);
        }

        await TuneAsync(intent, cancellationToken);
    }

    /// <summary>Settings that the new topology manager does not take must not keep the update from its end.</summary>
    private async Task TuneAsync(UpdateIntent intent, CancellationToken cancellationToken)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                await TryTuneAsync(intent, cancellationToken);
                return;
            }
            catch (HeronException e) when (e.Kind is FaultKind.Unavailable or FaultKind.BadGateway)
            {
                if (attempt == TuneAttempts)
                {
                    Log.NotTuned(logger, intent.Topology.Name, string.Join(", ", intent.RuntimeSettings), e.Message);
                    return;
                }
            }

            await Task.Delay(RetryPause, time, cancellationToken);
        }
    }

    private async Task TryTuneAsync(UpdateIntent intent, CancellationToken cancellationToken)
    {
        var name = intent.Topology.Name;
        var present = RuntimeSettings.Of((await states.GetPhysicalPlanAsync(name, cancellationToken)).Topology);
        var lost = intent.RuntimeSettings.Except(present).ToList();
        if (lost.Count > 0)
        {
            await manager.UpdateRuntimeConfigAsync(name, lost, cancellationToken);
            Log.Tuned(logger, name, string.Join(", ", lost));
        }
    }

    private static partial class Log
    {
        [LoggerMessage(
            Message = "{Topology}: new packing plan is stored; waiting up to {Seconds} s until its topology manager has restarted "
                + "and all {Containers} containers have registered (a new physical plan)")]
        public static partial void WaitingForPhysicalPlan(ILogger logger, LogLevel level, string topology, int containers, double seconds);

        [LoggerMessage(Level = LogLevel.Debug, Message = "{Topology}: cannot see now whether it was killed: {Reason}")]
        public static partial void CannotLook(ILogger logger, string topology, string reason);

        [LoggerMessage(Level = LogLevel.Information, Message = "{Topology}: new physical plan came after {Seconds:F1} s")]
        public static partial void PhysicalPlanCame(ILogger logger, string topology, double seconds);

        [LoggerMessage(Message = "{Topology}: no new physical plan within {Seconds} s: {Trouble}")]
        public static partial void NoPhysicalPlan(ILogger logger, LogLevel level, string topology, double seconds, string trouble);

        [LoggerMessage(Level = LogLevel.Information, Message = "{Topology}: is {State} after its update ({Change})")]
        public static partial void Resumed(ILogger logger, string topology, string state, StateChange change);

        [LoggerMessage(Level = LogLevel.Information, Message = "{Topology}: gave it back its runtime settings {Settings}")]
        public static partial void Tuned(ILogger logger, string topology, string settings);

        [LoggerMessage(
            Level = LogLevel.Warning,
            Message = "{Topology}: its topology manager does not take its runtime settings {Settings} any more: {Reason}")]
        public static partial void NotTuned(ILogger logger, string topology, string settings, string reason);

        [LoggerMessage(Level = LogLevel.Information, Message = "{Topology}: not resumed yet, trying again: {Reason}")]
        public static partial void ResumeFailed(ILogger logger, string topology, string reason);

        [LoggerMessage(Level = LogLevel.Information, Message = "{Topology}: removed containers {Containers}")]
        public static partial void Removed(ILogger logger, string topology, string containers);

        [LoggerMessage(Level = LogLevel.Warning, Message = "{Topology}: unfinished update taken back; all is as before")]
        public static partial void TakenBack(ILogger logger, string topology);

        [LoggerMessage(
            Level = LogLevel.Warning,
            Message = "{Topology}: unfinished update of {TopologyId} dropped: the topology is gone or somebody else has changed its plan")]
        public static partial void Overtaken(ILogger logger, string topology, string topologyId);
    }
}
