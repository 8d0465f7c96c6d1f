namespace Heron.Core.State;

/// <summary>
/// The state store gave no answer in the time that one call has. Whoever asked has waited that long; whatever else it would
/// ask the store for now, to undo something for instance, is better left to the journal.
/// </summary>
public sealed class StateStoreAwayException : HeronException
{
    /// <summary>Makes the error.</summary>
    /// <param name="message">Names the store and says what is wrong with it.</param>
    /// <param name="cause">What the client of the store threw.</param>
    public StateStoreAwayException(string message, Exception? cause = null)
        : base(FaultKind.Unavailable, message, cause)
    {
    }
}
