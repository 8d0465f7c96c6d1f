using Heron.Core.DryRun;
using Heron.Core.Scheduling;
using Heron.Operations.Deploying;

namespace Heron.Operations.Submit;

/// <summary>Where a dry run ends: the plan as text, or what would be scheduled.</summary>
public sealed class DryRunStep(IScheduler scheduler, Deployments deployments)
{
    private const string FormatField = "dry_run_format";

    /// <summary>Renders.</summary>
    public async Task<string> RunAsync(PlannedSubmission planned, CancellationToken cancellationToken)
    {
        var (submission, plan) = planned;
        var format = DryRunFormats.Parse(submission.Form.Value(FormatField));
        return format == DryRunFormat.Nomad
            ? scheduler.Describe(await deployments.OfAsync(planned, package: null, cancellationToken))
            : DryRunRenderer.Submit(submission.Topology, submission.Config.Local, plan, format);
    }
}
