// SPDX-License-Identifier: Apache-2.0
using Heron.Operations.Journal;

namespace Heron.Operations.Deploying;

/// <summary>
/// A step of a submission that others can see, and that can be undone: by the submission that fails, by the recovery of one
/// whose server died, and by a kill.
/// </summary>
public interface ILaunchStep
{
    /// <summary>What the answer calls it when it fails.</summary>
    string Name { get; }

    /// <summary>Whether undoing it needs the state store, and so is left to the recovery while that is away.</summary>
    bool IsUndoneInStore => false;

    /// <summary>Whether undoing it ends the containers, after which there is no way back.</summary>
    bool EndsContainers => false;

    /// <summary>Does it, wholly or not at all as far as the other side allows.</summary>
    Task RunAsync(Launch launch, CancellationToken cancellationToken);

    /// <summary>Removes what the step may have made, as the intent tells; what is gone already is fine.</summary>
    Task UndoAsync(DeploymentIntent intent, CancellationToken cancellationToken);
}
