using System.Text.Json;
using Heron.ApiServer.Submission.Journal;
using Heron.Core.Scheduling;
using Heron.Core.State;

namespace Heron.ApiServer.Submission;

/// <summary>Finishes an interrupted kill: a topology without its containers is of no use to anybody.</summary>
public sealed class KillRecovery(IScheduler scheduler, IStateManager state, PackageRemoval packages) : IIntentRecovery
{
    /// <summary>The kind of intent that kills write.</summary>
    public const string IntentKind = "kill";

    /// <inheritdoc/>
    public string Kind => IntentKind;

    /// <inheritdoc/>
    public async Task RecoverAsync(Intent intent, CancellationToken cancellationToken)
    {
        var kill = JsonSerializer.Deserialize(intent.Detail, JournalJson.Default.SubmitIntent)
            ?? throw new InvalidOperationException("an intent without detail");
        await scheduler.KillAsync(kill.Topology, cancellationToken);
        await state.UnregisterTopologyAsync(kill.Topology.Name, kill.Topology.Id, cancellationToken);
        await packages.OfTopologyAsync(kill.Topology, kill.Package, cancellationToken);
    }
}
