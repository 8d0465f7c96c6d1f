namespace Heron.Operations.Deploying;

/// <summary>A step of a submission that others can see, and that can be undone.</summary>
public interface ILaunchStep
{
    /// <summary>What the answer calls it when it fails.</summary>
    string Name { get; }

    /// <summary>Whether undoing it needs the state store, and so is left to the recovery while that is away.</summary>
    bool IsUndoneInStore => false;

    /// <summary>Does it, wholly or not at all as far as the other side allows.</summary>
    Task RunAsync(Launch launch, CancellationToken cancellationToken);

    /// <summary>Undoes it, or what a failure left of it. Called for the failed step too, then for those before it.</summary>
    Task UndoAsync(Launch launch, CancellationToken cancellationToken);
}
