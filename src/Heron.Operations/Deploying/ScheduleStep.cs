using Heron.Core.Scheduling;

namespace Heron.Operations.Deploying;

/// <summary>Step 8: starts the containers.</summary>
public sealed class ScheduleStep(IScheduler scheduler, Deployments deployments) : ILaunchStep
{
    /// <inheritdoc/>
    public string Name => "schedule";

    /// <inheritdoc/>
    public async Task RunAsync(Launch launch, CancellationToken cancellationToken)
    {
        var package = launch.Progress.Package ?? throw new InvalidOperationException("nothing is published yet");
        var deployment = await deployments.OfAsync(launch.Planned, package, cancellationToken);
        launch.Note(launch.Progress with { Scheduled = true });
        var result = await scheduler.ScheduleAsync(deployment, cancellationToken);
        launch.Warnings = result.Warnings;
    }

    /// <inheritdoc/>
    public Task UndoAsync(Launch launch, CancellationToken cancellationToken) =>
        scheduler.KillAsync(launch.Progress.Topology, cancellationToken);
}
