using Heron.Core.Scheduling;
using Heron.Core.State;

namespace Heron.Operations.Deploying;

/// <summary>Step 9: writes where the scheduler is, for tracker and UI.</summary>
public sealed class AnnounceStep(IStateManager state, IScheduler scheduler) : ILaunchStep
{
    /// <inheritdoc/>
    public string Name => "announce";

    /// <inheritdoc/>
    public Task RunAsync(Launch launch, CancellationToken cancellationToken) =>
        state.SetSchedulerLocationAsync(scheduler.LocationOf(launch.Progress.Topology), cancellationToken);

    /// <summary>Nothing of its own: unregistering removes every node of the topology.</summary>
    public Task UndoAsync(Launch launch, CancellationToken cancellationToken) => Task.CompletedTask;
}
