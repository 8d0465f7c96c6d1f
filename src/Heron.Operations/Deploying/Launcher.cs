// SPDX-License-Identifier: Apache-2.0
using System.Diagnostics;
using Heron.Core;
using Heron.Core.Packages;
using Heron.Core.Scheduling;
using Heron.Core.State;
using Heron.Core.Storage;
using Heron.Operations.Journal;
using Microsoft.Extensions.Logging;

namespace Heron.Operations.Deploying;

/// <summary>
/// Takes a topology through the steps that others can see, all or nothing: the intent is in the journal before the first, a
/// failure undoes what was done in reverse, and what cannot be undone is left to the recovery.
/// </summary>
public sealed partial class Launcher(
    LaunchSteps steps, IJournal journal, InstanceFolder instance, TimeProvider time, ILogger<Launcher> logger)
{
    private static readonly TimeSpan UndoLimit = TimeSpan.FromMinutes(1);

    /// <summary>Launches.</summary>
    /// <param name="planned">Topology, configuration and plan.</param>
    /// <param name="package">The finished package in the workspace.</param>
    /// <param name="user">Who submits.</param>
    /// <param name="cancellationToken">Calls it off: then all is undone.</param>
    /// <returns>Sentences for the person who submitted.</returns>
    /// <exception cref="HeronException">A step failed; the message names it. Nothing is left, or the recovery sees to it.</exception>
    public async Task<IReadOnlyList<string>> RunAsync(
        PlannedTopology planned, TopologyPackage package, string user, CancellationToken cancellationToken)
    {
        var name = planned.Identity.Name;
        using var entry = await journal.BeginAsync(
            new SubmitIntent(planned.Identity, time.GetUtcNow(), instance.Id), cancellationToken);
        var launch = new Launch(planned, package, user) { Entry = entry };
        Log.Begun(logger, name, planned.Identity.Id);
        Failpoint.Reach("launch begins");
        for (var i = 0; i < steps.InOrder.Count; i++)
        {
            await RunStepAsync(launch, i, cancellationToken);
        }

        await entry.CompleteAsync(CancellationToken.None);
        Log.Launched(logger, name, planned.Plan.Containers.Count + 1);
        Failpoint.Reach("launched");
        return launch.Warnings;
    }

    private async Task RunStepAsync(Launch launch, int index, CancellationToken cancellationToken)
    {
        var step = steps.InOrder[index];
        var name = launch.Planned.Identity.Name;
        var started = Stopwatch.GetTimestamp();
        Failpoint.Reach($"{step.Name} begins");
        try
        {
            await step.RunAsync(launch, cancellationToken);
        }
        catch (Exception e)
        {
            var clean = await TryUndoAsync(launch, index, storeIsAway: e is StateStoreAwayException);
            if (clean && cancellationToken.IsCancellationRequested)
            {
                // Whoever called it off says why.
                throw new OperationCanceledException(e.Message, e, cancellationToken);
            }

            throw Failure(name, step, e, clean);
        }

        Log.StepDone(logger, name, step.Name, Stopwatch.GetElapsedTime(started).TotalMilliseconds);
        Failpoint.Reach($"{step.Name} done");
    }

    /// <summary>Undoes the failed step and those before it; false when something is left to the recovery.</summary>
    private async Task<bool> TryUndoAsync(Launch launch, int failed, bool storeIsAway)
    {
        // Not the request's token: a client that left, or a server that stops, is no reason to leave half a topology.
        using var limit = new CancellationTokenSource(UndoLimit, time);
        var name = launch.Planned.Identity.Name;
        var clean = true;
        foreach (var step in steps.InOrder.Take(failed + 1).Reverse())
        {
            if (storeIsAway && step.IsUndoneInStore)
            {
                // It has had its time in the step that failed, and the client waits.
                clean = false;
                Log.LeftToRecovery(logger, name, step.Name);
                continue;
            }

            try
            {
                await step.UndoAsync(launch.Progress, limit.Token);
                Log.Undone(logger, name, step.Name);
            }
#pragma warning disable CA1031 // Whatever it was, the steps before it must be undone too.
            catch (Exception e)
#pragma warning restore CA1031
            {
                clean = false;
                Log.NotUndone(logger, e, name, step.Name);
            }
        }

        if (clean)
        {
            await launch.Entry.CompleteAsync(CancellationToken.None);
        }

        return clean;
    }

    private static HeronException Failure(string name, ILaunchStep step, Exception cause, bool clean)
    {
        // In other steps something else is in the way, such as a job or a folder of somebody else: then its own words count.
        if (cause is HeronException { Kind: FaultKind.Conflict } && step is RegisterStep)
        {
            return new HeronException(FaultKind.Conflict, $"Topology '{name}' already exists", cause);
        }

        var why = cause is OperationCanceledException ? "it was called off" : cause.Message;
        var rest = clean
            ? string.Empty
            : " (not all of it could be undone yet; the server keeps trying, and does that first when the name is submitted or killed again)";
        return new HeronException(
            Faults.KindOf(cause), $"Failed to launch topology '{name}' at step '{step.Name}': {why}{rest}", cause);
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Information, Message = "topology {Topology}: submission of {Id} begins")]
        public static partial void Begun(ILogger logger, string topology, string id);

        [LoggerMessage(Level = LogLevel.Information, Message = "topology {Topology}: step {Step} done in {Elapsed:F0} ms")]
        public static partial void StepDone(ILogger logger, string topology, string step, double elapsed);

        [LoggerMessage(Level = LogLevel.Information, Message = "topology {Topology}: launched with {Containers} containers")]
        public static partial void Launched(ILogger logger, string topology, int containers);

        [LoggerMessage(Level = LogLevel.Information, Message = "topology {Topology}: step {Step} undone")]
        public static partial void Undone(ILogger logger, string topology, string step);

        [LoggerMessage(Level = LogLevel.Warning, Message = "topology {Topology}: step {Step} will be undone when the state store is there again")]
        public static partial void LeftToRecovery(ILogger logger, string topology, string step);

        [LoggerMessage(Level = LogLevel.Error, Message = "topology {Topology}: step {Step} could not be undone; it is tried again until it works, a kill of the topology does the same")]
        public static partial void NotUndone(ILogger logger, Exception exception, string topology, string step);
    }
}
