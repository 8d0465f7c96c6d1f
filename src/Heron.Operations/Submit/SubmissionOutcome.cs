// SPDX-License-Identifier: Apache-2.0
using Heron.Core.Topologies;

namespace Heron.Operations.Submit;

/// <summary>What became of a submission that did not fail.</summary>
/// <param name="Identity">Which topology.</param>
public sealed record SubmissionOutcome(TopologyIdentity Identity)
{
    /// <summary>The rendered plan when only that was asked for, piece by piece.</summary>
    public IEnumerable<string>? DryRun { get; init; }

    /// <summary>Whether this very submission ran already, so that nothing was done.</summary>
    public bool IsRepeated { get; init; }

    /// <summary>What the scheduler wants the user to know.</summary>
    public IReadOnlyList<string> Warnings { get; init; } = [];
}
