using Heron.Core;
using Heron.Core.Packages;
using Heron.Core.Scheduling;

namespace Heron.Operations.Deploying;

/// <summary>Makes of a planned submission what a scheduler takes.</summary>
public sealed class Deployments(HeronCoreDetector core, ServedCluster cluster)
{
    // Before something is published, this stands where the package's address would be.
    private static readonly PublishedPackage NoPackage = new("http://dry-run.invalid/topology.tar.gz", null);

    /// <summary>The deployment of a package.</summary>
    /// <param name="planned">What to deploy.</param>
    /// <param name="package">Where nodes find it; null when nothing is published yet.</param>
    /// <param name="cancellationToken">Ends the look into the core package.</param>
    public async Task<TopologyDeployment> OfAsync(
        PlannedSubmission planned, PublishedPackage? package, CancellationToken cancellationToken)
    {
        var (submission, plan) = planned;
        return new TopologyDeployment(
            submission.Identity,
            submission.Topology,
            plan,
            submission.Config,
            package ?? NoPackage,
            submission.DefinitionFileName,
            submission.BinaryFileName,
            await core.DetectAsync(submission.Config.Local, cluster.CorePackagePath, cancellationToken));
    }

    /// <summary>Refuses a submission whose executor no node could start, before anything is done for it.</summary>
    /// <exception cref="HeronException"><see cref="FaultKind.Invalid"/>, naming what is too long.</exception>
    public async Task CheckAsync(PlannedSubmission planned, CancellationToken cancellationToken) =>
        _ = ExecutorCommand.Arguments(await OfAsync(planned, package: null, cancellationToken), containerId: 0);
}
