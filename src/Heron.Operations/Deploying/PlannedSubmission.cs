using PackingPlan = Heron.Core.Packing.PackingPlan;

namespace Heron.Operations.Deploying;

/// <summary>A submission with its packing plan.</summary>
/// <param name="Submission">The configured submission; its definition agrees with the plan.</param>
/// <param name="Plan">Which instance goes where.</param>
public sealed record PlannedSubmission(ConfiguredSubmission Submission, PackingPlan Plan);
