// SPDX-License-Identifier: Apache-2.0
using System.Globalization;

namespace Heron.Operations.Exclusion;

/// <summary>Who holds a topology, for the person who must wait.</summary>
/// <param name="Operation">What is being done: <c>submit</c>, <c>update</c>, <c>kill</c>, ...</param>
/// <param name="Caller">Who asked for it.</param>
/// <param name="Since">When it began.</param>
public sealed record OperationHolder(string Operation, Caller Caller, DateTimeOffset Since)
{
    /// <summary>The steps of what is being done as they were when somebody asked; empty for what tells none.</summary>
    public IReadOnlyList<OperationStep> Steps { get; init; } = [];

    /// <summary>As it reads in a message: <c>update by 10.0.0.7 since 2024-05-01T10:00:00Z</c>.</summary>
    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture, $"{Operation} by {Caller} since {Since.UtcDateTime:yyyy-MM-ddTHH:mm:ssZ}");
}
