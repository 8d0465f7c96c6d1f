// SPDX-License-Identifier: Apache-2.0
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
