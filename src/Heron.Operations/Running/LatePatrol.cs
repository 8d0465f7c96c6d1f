// SPDX-License-Identifier: Apache-2.0
using Heron.Core;
using Heron.Core.Scheduling;
using Heron.Operations.Exclusion;
using Heron.Operations.Journal;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Heron.Operations.Running;

/// <summary>
/// Looks, slowly, for containers of this cluster whose topology the state does not know. What it finds it tells; on the next round it
/// ends what is provably left of a submission that this server has taken back (<see cref="TakenBack"/>), and nothing else.
/// </summary>
public sealed partial class LatePatrol(
    TakenBack takenBack,
    LostTopologyFinder finder,
    IScheduler scheduler,
    IJournal journal,
    IExclusion exclusion,
    TimeProvider time,
    ILogger<LatePatrol> logger)
    : BackgroundService
{
    /// <summary>Between two rounds while something may come late.</summary>
    public static readonly TimeSpan Interval = TimeSpan.FromMinutes(1);

    // Otherwise only every so many rounds: all jobs of the scheduler are listed.
    private const int RoundsBetweenLooks = 10;

    private HashSet<string> _told = new(StringComparer.Ordinal);

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (scheduler.RunsHere)
        {
            // All containers are children of supervisors that know them.
            return;
        }

        using var timer = new PeriodicTimer(Interval, time);
        try
        {
            for (var round = 1; await timer.WaitForNextTickAsync(stoppingToken); round++)
            {
                if (!takenBack.IsEmpty || round % RoundsBetweenLooks == 0)
                {
                    await TryLookAsync(stoppingToken);
                }
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The server stops.
        }
    }

    private async Task TryLookAsync(CancellationToken cancellationToken)
    {
        try
        {
            await LookAsync(cancellationToken);
        }
        catch (Exception e) when (e is HeronException or TimeoutException)
        {
            Log.NotNow(logger, e.Message);
        }
    }

    private async Task LookAsync(CancellationToken cancellationToken)
    {
        var unknown = new HashSet<string>(StringComparer.Ordinal);
        foreach (var topology in await finder.FindAsync(cancellationToken))
        {
            if (await IsUsedAsync(topology.Name, cancellationToken))
            {
                continue;
            }

            if (!_told.Contains(topology.Id))
            {
                unknown.Add(topology.Id);
                Log.Found(logger, topology.Name, topology.Id, topology.Containers.Count);
            }
            else if (!await TryEndAsync(topology, cancellationToken))
            {
                unknown.Add(topology.Id);
            }
        }

        _told = unknown;
    }

    /// <summary>Whether somebody answers for what is lost under a name: an operation under way, or the recovery.</summary>
    private async Task<bool> IsUsedAsync(string topologyName, CancellationToken cancellationToken) =>
        await exclusion.HolderOfAsync(topologyName, cancellationToken) is not null
        || (await journal.UnfinishedAsync(topologyName, cancellationToken)).Count > 0;

    private async Task<bool> TryEndAsync(ScheduledTopology topology, CancellationToken cancellationToken)
    {
        // Without guesses: what does not say itself whose it is, as a job of the Java server, is not one of ours.
        var identity = topology.Identity("", "", "");
        if (!takenBack.Contains(identity))
        {
            return false;
        }

        await using var lease = await exclusion.TryEnterInBackgroundAsync(topology.Name, "patrol", cancellationToken);
        if (lease is null)
        {
            return false;
        }

        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, lease.GiveWay);
        try
        {
            return await takenBack.EndAsync(identity, either.Token) > 0;
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            // A request wants the topology, and looks itself.
            return false;
        }
    }

    private static partial class Log
    {
        [LoggerMessage(
            Level = LogLevel.Warning,
            Message = "topology {Topology}: the scheduler runs {Count} containers of {Id}, which the state does not know; a kill of the topology ends them")]
        public static partial void Found(ILogger logger, string topology, string id, int count);

        [LoggerMessage(Level = LogLevel.Debug, Message = "containers without a topology cannot be looked for now: {Reason}")]
        public static partial void NotNow(ILogger logger, string reason);
    }
}
