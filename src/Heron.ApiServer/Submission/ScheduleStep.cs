using Heron.Core.Scheduling;

namespace Heron.ApiServer.Submission;

/// <summary>Step 8: starts the containers.</summary>
public sealed class ScheduleStep(
    IScheduler scheduler, HeronCoreDetector core, Hosting.ServerSettings settings) : ILaunchStep
{
    /// <inheritdoc/>
    public string Name => "schedule";

    /// <inheritdoc/>
    public async Task RunAsync(Launch launch, CancellationToken cancellationToken)
    {
        var (submission, plan) = launch.Planned;
        var package = launch.Progress.Package ?? throw new InvalidOperationException("nothing is published yet");
        var version = await core.DetectAsync(submission.Config.Local, settings.CorePackagePath, cancellationToken);
        launch.Note(launch.Progress with { Scheduled = true });
        var result = await scheduler.ScheduleAsync(
            new TopologyDeployment(
                submission.Identity,
                submission.Topology,
                plan,
                submission.Config,
                package,
                submission.DefinitionFileName,
                submission.BinaryFileName,
                version),
            cancellationToken);
        launch.Warnings = result.Warnings;
    }

    /// <inheritdoc/>
    public Task UndoAsync(Launch launch, CancellationToken cancellationToken) =>
        scheduler.KillAsync(launch.Progress.Topology, cancellationToken);
}
