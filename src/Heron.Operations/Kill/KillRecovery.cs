using Heron.Core.Scheduling;
using Heron.Core.State;
using Heron.Operations.Deploying;
using Heron.Operations.Journal;

namespace Heron.Operations.Kill;

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
        var kill = intent.ReadDetail(JournalJson.Default.SubmitIntent);
        await StopAsync(kill, cancellationToken);
        await RemoveAsync(kill, cancellationToken);
    }

    /// <summary>Stops the containers; the topology stays registered.</summary>
    internal Task StopAsync(SubmitIntent kill, CancellationToken cancellationToken) =>
        scheduler.KillAsync(kill.Topology, cancellationToken);

    /// <summary>Removes state and package of a topology whose containers are stopped.</summary>
    internal async Task RemoveAsync(SubmitIntent kill, CancellationToken cancellationToken)
    {
        await state.UnregisterTopologyAsync(kill.Topology.Name, kill.Topology.Id, cancellationToken);
        await packages.OfTopologyAsync(kill.Topology, kill.Package, cancellationToken);
    }
}
