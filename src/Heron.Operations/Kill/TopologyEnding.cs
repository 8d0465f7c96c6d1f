// SPDX-License-Identifier: Apache-2.0
using Heron.Core;
using Heron.Core.Topologies;
using Heron.Operations.Deploying;
using Heron.Operations.Journal;
using Microsoft.Extensions.Logging;

namespace Heron.Operations.Kill;

/// <summary>
/// Ends one topology, registered or not: containers, state, package, by undoing the steps that launched it. From the first
/// container stopped on it is in the journal and will be completed. The caller holds the topology's name.
/// </summary>
public sealed partial class TopologyEnding(
    LaunchSteps steps, IJournal journal, Recovery recovery, PackageFinder packages, TimeProvider time, ILogger<TopologyEnding> logger)
{
    /// <summary>What is to be ended. Asked before the containers go: they may be all that knows of the package.</summary>
    public async Task<KillIntent> IntentAsync(TopologyIdentity topology, CancellationToken cancellationToken) =>
        new(topology, time.GetUtcNow()) { Package = await packages.FindAsync(topology, cancellationToken) };

    /// <summary>Ends it.</summary>
    /// <exception cref="HeronException">
    /// The containers could not be stopped, and all is left to the caller, or what comes after that could not be done, and the
    /// recovery sees to it.
    /// </exception>
    public async Task EndAsync(KillIntent kill, CancellationToken cancellationToken)
    {
        var (name, id) = (kill.Topology.Name, kill.Topology.Id);
        using var entry = await TryBeginAsync(kill, cancellationToken);
        Log.Begun(logger, name, id);
        Failpoint.Reach("kill begins");
        await StopAsync(kill, entry, cancellationToken);
        Failpoint.Reach("containers are stopped");
        await RemoveAsync(kill with { IsStopped = true }, entry, cancellationToken);
        await recovery.ForgetAsync(name, CancellationToken.None);
        Log.Killed(logger, name, id);
        Failpoint.Reach("killed");
    }

    /// <summary>Writes the intent; null when it cannot be written: on a full disk a kill is what makes room, and it can simply be sent again.</summary>
    private async Task<IJournalEntry?> TryBeginAsync(KillIntent kill, CancellationToken cancellationToken)
    {
        try
        {
            return await journal.BeginAsync(kill, cancellationToken);
        }
        catch (HeronException e)
        {
            Log.WithoutJournal(logger, kill.Topology.Name, e.Message);
            return null;
        }
    }

    private async Task StopAsync(KillIntent kill, IJournalEntry? entry, CancellationToken cancellationToken)
    {
        try
        {
            await steps.StopAsync(kill, cancellationToken);
        }
        catch (Exception) when (entry is not null)
        {
            // The user is told and decides: the topology is still registered, and another kill goes on where this one ended.
            await entry.CompleteAsync(CancellationToken.None);
            throw;
        }
    }

    private async Task RemoveAsync(KillIntent kill, IJournalEntry? entry, CancellationToken cancellationToken)
    {
        if (entry is null)
        {
            await steps.UndoAsync(kill, cancellationToken);
            return;
        }

        try
        {
            await steps.UndoAsync(kill, cancellationToken);
            await entry.CompleteAsync(CancellationToken.None);
        }
        catch (Exception e)
        {
            // Without containers there is no way back, and the state may be gone although its answer was lost: then nobody
            // but the journal knows of the package. The entry is left to the recovery.
            throw new HeronException(
                Faults.KindOf(e),
                $"The containers of topology '{kill.Topology.Name}' are stopped, and the rest of the kill follows by itself when "
                + $"that is possible; killing it again is fine: {e.Message}",
                e);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Information, Message = "topology {Topology}: kill of {Id} begins")]
        public static partial void Begun(ILogger logger, string topology, string id);

        [LoggerMessage(
            Level = LogLevel.Warning,
            Message = "topology {Topology}: killed without a note in the journal; if that is cut off, kill it again: {Reason}")]
        public static partial void WithoutJournal(ILogger logger, string topology, string reason);

        [LoggerMessage(Level = LogLevel.Information, Message = "topology {Topology}: {Id} killed")]
        public static partial void Killed(ILogger logger, string topology, string id);
    }
}
