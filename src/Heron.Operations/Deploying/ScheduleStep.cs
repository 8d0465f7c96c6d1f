// SPDX-License-Identifier: Apache-2.0
using Heron.Core;
using Heron.Core.Scheduling;
using Heron.Operations.Journal;
using Heron.Operations.Running;

namespace Heron.Operations.Deploying;

/// <summary>Starts the containers.</summary>
public sealed class ScheduleStep(IScheduler scheduler, TakenBack takenBack) : ILaunchStep
{
    /// <inheritdoc/>
    public string Name => "schedule";

    /// <inheritdoc/>
    public bool EndsContainers => true;

    /// <inheritdoc/>
    public async Task RunAsync(Launch launch, CancellationToken cancellationToken)
    {
        var package = launch.Progress.Package ?? throw new InvalidOperationException("nothing is published yet");
        takenBack.Remove(launch.Planned.Identity);
        await launch.NoteAsync(launch.Progress with { Scheduled = true }, cancellationToken);
        try
        {
            var result = await scheduler.ScheduleAsync(TopologyDeployment.Of(launch.Planned, package), cancellationToken);
            launch.Warnings = result.Warnings;
        }
        catch (HeronException e) when (e.Kind == FaultKind.Conflict)
        {
            // What runs there is somebody else's: nothing to undo.
            await launch.NoteAsync(launch.Progress with { Scheduled = false }, cancellationToken);
            throw;
        }
    }

    /// <inheritdoc/>
    public async Task UndoAsync(DeploymentIntent intent, CancellationToken cancellationToken)
    {
        if (!intent.MayRun)
        {
            return;
        }

        if (intent is not SubmitIntent submission)
        {
            await scheduler.KillAsync(intent.Topology, cancellationToken);
            return;
        }

        takenBack.Add(intent.Topology);

        // A submission that fails has looked twice itself, where that is called for.
        await (submission.IsInterrupted
            ? scheduler.UndoScheduleAsync(intent.Topology, cancellationToken)
            : scheduler.KillAsync(intent.Topology, cancellationToken));
    }
}
