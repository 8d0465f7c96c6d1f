// SPDX-License-Identifier: Apache-2.0
using Heron.Core.Packages;
using Heron.Core.Scheduling;
using Heron.Operations.Journal;

namespace Heron.Operations.Deploying;

/// <summary>One submission on its way through the steps that others can see: what is fixed, and what the steps found out.</summary>
/// <param name="Planned">Topology, configuration and plan.</param>
/// <param name="Package">The finished package in the workspace.</param>
/// <param name="User">Who submits.</param>
public sealed record Launch(PlannedTopology Planned, TopologyPackage Package, string User)
{
    /// <summary>The submission in the journal.</summary>
    public required IJournalEntry Entry { get; init; }

    /// <summary>What may have happened, as the journal has it.</summary>
    public SubmitIntent Progress => (SubmitIntent)Entry.Intent;

    /// <summary>Sentences for the person who submitted.</summary>
    public IReadOnlyList<string> Warnings { get; set; } = [];

    /// <summary>Notes what is about to happen, durably.</summary>
    public Task NoteAsync(SubmitIntent progress, CancellationToken cancellationToken) => Entry.ReplaceAsync(progress, cancellationToken);
}
