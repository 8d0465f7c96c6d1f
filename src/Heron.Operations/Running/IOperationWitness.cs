// SPDX-License-Identifier: Apache-2.0
using Heron.Operations.Exclusion;

namespace Heron.Operations.Running;

/// <summary>Is told of every operation whose work began, before its caller is answered.</summary>
public interface IOperationWitness
{
    /// <summary>The work of an operation begins. Must neither fail nor wait.</summary>
    void Began(TopologyAddress topology)
    {
        // Most only want to know what came of it.
    }

    /// <summary>An operation has ended. Must neither fail nor wait.</summary>
    void Ended(EndedOperation operation);
}

/// <summary>An operation that has ended.</summary>
/// <param name="Kind">What was done.</param>
/// <param name="Caller">Who asked for it.</param>
/// <param name="Topology">Which topology.</param>
/// <param name="Begun">When its work began.</param>
public sealed record EndedOperation(OperationKind Kind, Caller Caller, TopologyAddress Topology, DateTimeOffset Begun)
{
    /// <summary>How long the work took.</summary>
    public TimeSpan Took { get; init; }

    /// <summary>What the work gave; null when it failed.</summary>
    public object? Result { get; init; }

    /// <summary>Why it failed, or null.</summary>
    public Exception? Fault { get; init; }
}
