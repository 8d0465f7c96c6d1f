namespace Heron.Core.State;

/// <summary>
/// The state store holds bytes that are not what belongs there. Waiting does not help: the node has to be written again, or to go
/// with its topology.
/// </summary>
public sealed class UnreadableStateException : HeronException
{
    /// <summary>Makes the error.</summary>
    /// <param name="path">The node.</param>
    /// <param name="damage">What is wrong, as the rest of a sentence that begins with the node's name.</param>
    public UnreadableStateException(string path, string damage)
        : base(FaultKind.Conflict, $"The state is damaged: {path} {damage}. Kill the topology to remove it")
    {
    }
}
