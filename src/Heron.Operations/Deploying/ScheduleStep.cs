using Heron.Core.Scheduling;
using Heron.Operations.Journal;

namespace Heron.Operations.Deploying;

/// <summary>Starts the containers.</summary>
public sealed class ScheduleStep(IScheduler scheduler) : ILaunchStep
{
    /// <inheritdoc/>
    public string Name => "schedule";

    /// <inheritdoc/>
    public bool EndsContainers => true;

    /// <inheritdoc/>
    public async Task RunAsync(Launch launch, CancellationToken cancellationToken)
    {
        var package = launch.Progress.Package ?? throw new InvalidOperationException("nothing is published yet");
        await launch.NoteAsync(launch.Progress with { Scheduled = true }, cancellationToken);
        var result = await scheduler.ScheduleAsync(TopologyDeployment.Of(launch.Planned, package), cancellationToken);
        launch.Warnings = result.Warnings;
    }

    /// <inheritdoc/>
    public Task UndoAsync(DeploymentIntent intent, CancellationToken cancellationToken) =>
        intent.MayRun ? scheduler.KillAsync(intent.Topology, cancellationToken) : Task.CompletedTask;
}
