using Heron.ApiServer.Hosting;
using Heron.Core.DryRun;
using Heron.Core.Packages;
using Heron.Core.Scheduling;

namespace Heron.ApiServer.Submission;

/// <summary>Where a dry run ends: the plan as text, or what would be scheduled.</summary>
public sealed class DryRunStep(IScheduler scheduler, HeronCoreDetector core, ServerSettings settings)
{
    private const string FormatField = "dry_run_format";

    // Nothing is published in a dry run; this stands where the package's address would be.
    private static readonly PublishedPackage NoPackage = new("http://dry-run.invalid/topology.tar.gz", null);

    /// <summary>Renders.</summary>
    public async Task<string> RunAsync(PlannedSubmission planned, CancellationToken cancellationToken)
    {
        var (submission, plan) = planned;
        var format = DryRunFormats.Parse(submission.Form.Value(FormatField));
        if (format != DryRunFormat.Nomad)
        {
            return DryRunRenderer.Submit(submission.Topology, submission.Config.Local, plan, format);
        }

        return scheduler.Describe(new TopologyDeployment(
            submission.Identity,
            submission.Topology,
            plan,
            submission.Config,
            NoPackage,
            submission.DefinitionFileName,
            submission.BinaryFileName,
            await core.DetectAsync(submission.Config.Local, settings.CorePackagePath, cancellationToken)));
    }
}
