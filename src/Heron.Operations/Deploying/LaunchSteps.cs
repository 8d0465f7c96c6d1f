// SPDX-License-Identifier: Apache-2.0
using Heron.Core;
using Heron.Operations.Journal;

namespace Heron.Operations.Deploying;

/// <summary>The steps of a launch. Undone in reverse, they remove a topology: that is the recovery of a submission and of a kill.</summary>
/// <param name="steps">In the order in which they are run.</param>
public sealed class LaunchSteps(IEnumerable<ILaunchStep> steps) : IRecovery
{
    /// <summary>In the order in which they are run.</summary>
    public IReadOnlyList<ILaunchStep> InOrder { get; } = [.. steps];

    /// <inheritdoc/>
    public bool Knows(Intent intent) => intent is DeploymentIntent;

    /// <inheritdoc/>
    public Task RecoverAsync(Intent intent, CancellationToken cancellationToken) =>
        UndoAsync(intent is SubmitIntent submission ? submission with { IsInterrupted = true } : (DeploymentIntent)intent, cancellationToken);

    /// <summary>Undoes all steps, last one first; ends at the first that cannot be undone.</summary>
    public async Task UndoAsync(DeploymentIntent intent, CancellationToken cancellationToken)
    {
        foreach (var step in InOrder.Reverse())
        {
            await step.UndoAsync(intent, cancellationToken);
            Failpoint.Reach($"{step.Name} undone");
        }
    }

    /// <summary>The first part of <see cref="UndoAsync"/>: until the containers have ended.</summary>
    public async Task StopAsync(DeploymentIntent intent, CancellationToken cancellationToken)
    {
        foreach (var step in InOrder.Reverse())
        {
            await step.UndoAsync(intent, cancellationToken);
            Failpoint.Reach($"{step.Name} undone");
            if (step.EndsContainers)
            {
                return;
            }
        }
    }
}
