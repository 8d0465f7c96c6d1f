namespace Heron.Operations.Journal;

/// <summary>Brings one kind of interrupted operation to an end: undoes it, or finishes it.</summary>
public interface IIntentRecovery
{
    /// <summary>The kind of intent it knows.</summary>
    string Kind { get; }

    /// <summary>Whether submit, restart and kill of the topology wait until its intents of this kind are settled.</summary>
    bool HoldsUpOthers => true;

    /// <summary>
    /// Makes the world as if the operation had ended. May be called again for the same intent after a failure, and when
    /// part of the work is done already.
    /// </summary>
    Task RecoverAsync(Intent intent, CancellationToken cancellationToken);
}
