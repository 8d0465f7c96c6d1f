// SPDX-License-Identifier: Apache-2.0
using Heron.Core.Scheduling;
using Heron.Core.State;
using Heron.Operations.Journal;

namespace Heron.Operations.Deploying;

/// <summary>Writes where the scheduler is, for tracker and UI.</summary>
public sealed class AnnounceStep(IStateManager state, IScheduler scheduler) : ILaunchStep
{
    /// <inheritdoc/>
    public string Name => "announce";

    /// <inheritdoc/>
    public Task RunAsync(Launch launch, CancellationToken cancellationToken) =>
        state.SetSchedulerLocationAsync(scheduler.LocationOf(launch.Planned.Identity), cancellationToken);

    /// <summary>Nothing of its own: unregistering removes every node of the topology.</summary>
    public Task UndoAsync(DeploymentIntent intent, CancellationToken cancellationToken) => Task.CompletedTask;
}
