using Heron.Core.Topologies;

namespace Heron.ApiServer.Submission;

/// <summary>What became of a submission that did not fail.</summary>
/// <param name="Identity">Which topology.</param>
internal sealed record SubmissionOutcome(TopologyIdentity Identity)
{
    /// <summary>The rendered plan when only that was asked for.</summary>
    public string? DryRun { get; init; }

    /// <summary>What the scheduler wants the user to know.</summary>
    public IReadOnlyList<string> Warnings { get; init; } = [];
}
