namespace Heron.Core.State;

/// <summary>The state store holds, or sends, bytes that are not what belongs there.</summary>
public sealed class UnreadableStateException : HeronException
{
    /// <summary>Makes the error.</summary>
    /// <param name="message">Names the node and says what is wrong with it.</param>
    /// <param name="cause">What the decoder threw.</param>
    public UnreadableStateException(string message, Exception? cause = null)
        : base(FaultKind.Unavailable, message, cause)
    {
    }
}
