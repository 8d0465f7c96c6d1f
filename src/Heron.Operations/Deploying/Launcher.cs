using System.Diagnostics;
using Heron.Core;
using Heron.Core.State;
using Heron.Operations.Journal;
using Microsoft.Extensions.Logging;

namespace Heron.Operations.Deploying;

/// <summary>
/// Takes a launch through steps 6 to 9, all or nothing: the intent is in the journal before the first, a failure undoes
/// what was done in reverse, and what cannot be undone is left to the recovery.
/// </summary>
public sealed partial class Launcher(
    IEnumerable<ILaunchStep> steps, IntentJournal journal, TimeProvider time, ILogger<Launcher> logger)
{
    private static readonly TimeSpan UndoLimit = TimeSpan.FromMinutes(1);

    private readonly ILaunchStep[] _steps = [.. steps];

    /// <summary>Launches.</summary>
    /// <exception cref="HeronException">A step failed; the message names it. Nothing is left, or the recovery sees to it.</exception>
    public async Task RunAsync(Launch launch, CancellationToken cancellationToken)
    {
        var name = launch.Progress.Topology.Name;
        launch.Begin(journal);
        Log.Begun(logger, name, launch.Progress.Topology.Id);
        for (var i = 0; i < _steps.Length; i++)
        {
            var started = Stopwatch.GetTimestamp();
            Log.StepBegins(logger, name, _steps[i].Name);
            try
            {
                await _steps[i].RunAsync(launch, cancellationToken);
            }
            catch (Exception e)
            {
                var clean = await UndoAsync(launch, i, storeIsAway: e is StateStoreAwayException);
                throw Failure(launch, _steps[i], e, clean);
            }

            Log.StepDone(logger, name, _steps[i].Name, Stopwatch.GetElapsedTime(started).TotalMilliseconds);
        }

        launch.Complete();
        Log.Launched(logger, name, launch.Planned.Plan.Containers.Count + 1);
    }

    private async Task<bool> UndoAsync(Launch launch, int failed, bool storeIsAway)
    {
        // Not the request's token: a client that left, or a server that stops, is no reason to leave half a topology.
        using var limit = new CancellationTokenSource(UndoLimit, time);
        var name = launch.Progress.Topology.Name;
        var clean = true;
        for (var i = failed; i >= 0; i--)
        {
            if (storeIsAway && _steps[i].IsUndoneInStore)
            {
                // It has had its time in the step that failed, and the client waits.
                clean = false;
                Log.LeftToRecovery(logger, name, _steps[i].Name);
                continue;
            }

            try
            {
                await _steps[i].UndoAsync(launch, limit.Token);
                Log.Undone(logger, name, _steps[i].Name);
            }
#pragma warning disable CA1031 // Whatever it was, the steps before it must be undone too.
            catch (Exception e)
#pragma warning restore CA1031
            {
                clean = false;
                Log.NotUndone(logger, e, name, _steps[i].Name);
            }
        }

        if (clean)
        {
            launch.Complete();
        }
        else
        {
            launch.Abandon(journal);
        }

        return clean;
    }

    private static HeronException Failure(Launch launch, ILaunchStep step, Exception cause, bool clean)
    {
        var name = launch.Progress.Topology.Name;
        if (cause is HeronException { Kind: FaultKind.Conflict })
        {
            return new HeronException(FaultKind.Conflict, $"Topology '{name}' already exists", cause);
        }

        var why = cause is OperationCanceledException ? "the server is stopping" : cause.Message;
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

        [LoggerMessage(Level = LogLevel.Debug, Message = "topology {Topology}: step {Step} begins")]
        public static partial void StepBegins(ILogger logger, string topology, string step);

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
