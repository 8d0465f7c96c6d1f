using Heron.Core.Scheduling;
using Heron.Core.State;
using Heron.Operations.Journal;

namespace Heron.Operations.Deploying;

/// <summary>
/// Rolls an interrupted submission back: containers, state (only if it carries the submission's id), package. The client
/// got no answer, so it will send the submission again, and that must succeed.
/// </summary>
public sealed class SubmitRecovery(
    IScheduler scheduler, IStateManager state, PackageRemoval packages, PublishedPackages published) : IIntentRecovery
{
    /// <summary>The kind of intent that submissions write.</summary>
    public const string IntentKind = "submit";

    /// <inheritdoc/>
    public string Kind => IntentKind;

    /// <inheritdoc/>
    public async Task RecoverAsync(Intent intent, CancellationToken cancellationToken)
    {
        var submit = intent.ReadDetail(JournalJson.Default.SubmitIntent);
        if (submit.Scheduled)
        {
            await scheduler.KillAsync(submit.Topology, cancellationToken);
        }

        if (submit.Registered)
        {
            await state.UnregisterTopologyAsync(submit.Topology.Name, submit.Topology.Id, cancellationToken);
            published.Forget(submit.Topology.Id);
        }

        await packages.OfSubmissionAsync(submit, cancellationToken);
    }
}
