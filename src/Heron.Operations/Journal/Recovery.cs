// SPDX-License-Identifier: Apache-2.0
using System.Runtime.CompilerServices;
using Heron.Core;
using Heron.Operations.Exclusion;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Heron.Operations.Journal;

/// <summary>
/// Works through what is unfinished in the journal, in the background from the start of the server on, and again and again
/// until each is settled: the scheduler or the state manager may be down for longer than this server.
/// </summary>
public sealed partial class Recovery(
    IJournal journal, IEnumerable<IRecovery> recoveries, IExclusion exclusion, TimeProvider time, ILogger<Recovery> logger)
    : BackgroundService
{
    private static readonly TimeSpan RetryInterval = TimeSpan.FromSeconds(5);

    private readonly IRecovery[] _recoveries = [.. recoveries];

    /// <summary>Why an entry could not be settled last: what is tried every few seconds is told when it changes.</summary>
    private readonly ConditionalWeakTable<IJournalEntry, string> _told = [];

    /// <summary>
    /// Settles what is unfinished of one topology before something new is done with it. The caller holds the topology.
    /// </summary>
    /// <returns>Whether there was anything.</returns>
    /// <exception cref="HeronException"><see cref="FaultKind.Unavailable"/> when it cannot be settled now.</exception>
    public async Task<bool> SettleAsync(string topologyName, CancellationToken cancellationToken)
    {
        var found = false;
        foreach (var entry in await UnfinishedAsync(topologyName, holdsUpOthers: true, cancellationToken))
        {
            found = true;
            try
            {
                await RecoverAsync(entry, cancellationToken);
            }
            catch (Exception e) when (e is not OperationCanceledException)
            {
                throw new HeronException(
                    FaultKind.Unavailable,
                    $"an interrupted {entry.Intent.Kind} of topology '{topologyName}' cannot be cleaned up yet, try again later: {e.Message}",
                    e);
            }
        }

        return found;
    }

    /// <summary>
    /// Forgets what is unfinished of a topology that is gone for good, and was no hindrance. The caller holds the topology.
    /// </summary>
    public async Task ForgetAsync(string topologyName, CancellationToken cancellationToken)
    {
        foreach (var entry in await UnfinishedAsync(topologyName, holdsUpOthers: false, cancellationToken))
        {
            await entry.CompleteAsync(cancellationToken);
        }
    }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(RetryInterval, time);
        do
        {
            var topologies = (await journal.UnfinishedAsync(stoppingToken)).Select(entry => entry.Intent.Topology.Name).Distinct();
            await Task.WhenAll(topologies.Select(name => TrySettleAsync(name, stoppingToken)));
        }
        while (await WaitAsync(timer, stoppingToken));
    }

    private static async Task<bool> WaitAsync(PeriodicTimer timer, CancellationToken stoppingToken)
    {
        try
        {
            return await timer.WaitForNextTickAsync(stoppingToken);
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }

    private async Task<List<IJournalEntry>> UnfinishedAsync(
        string topologyName, bool holdsUpOthers, CancellationToken cancellationToken) =>
        [.. (await journal.UnfinishedAsync(topologyName, cancellationToken)).Where(entry => entry.Intent.HoldsUpOthers == holdsUpOthers)];

    private async Task TrySettleAsync(string topologyName, CancellationToken stoppingToken)
    {
        await using var lease = await exclusion.TryEnterInBackgroundAsync(topologyName, "recovery", stoppingToken);
        if (lease is null)
        {
            // A request holds the topology, and settles this itself.
            return;
        }

        using var either = CancellationTokenSource.CreateLinkedTokenSource(stoppingToken, lease.GiveWay);

        // Asked for again: a request may have settled some of it a moment ago.
        foreach (var entry in await journal.UnfinishedAsync(topologyName, stoppingToken))
        {
            if (!await TryRecoverAsync(entry, either.Token))
            {
                return;
            }
        }
    }

    /// <summary>Tries to settle an entry; false when the topology is wanted, or the server is stopping.</summary>
    private async Task<bool> TryRecoverAsync(IJournalEntry entry, CancellationToken cancellationToken)
    {
        try
        {
            await RecoverAsync(entry, cancellationToken);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            Log.GaveWay(logger, entry.Intent.Kind, entry.Intent.Topology.Name);
            return false;
        }
#pragma warning disable CA1031 // Whatever it was, the next round tries again.
        catch (Exception e)
#pragma warning restore CA1031
        {
            if (!_told.TryGetValue(entry, out var last) || last != e.Message)
            {
                _told.AddOrUpdate(entry, e.Message);
                Log.Postponed(logger, entry.Intent.Kind, entry.Intent.Topology.Name, e.Message);
            }
        }

        return true;
    }

    private async Task RecoverAsync(IJournalEntry entry, CancellationToken cancellationToken)
    {
        var intent = entry.Intent;
        var recovery = Array.Find(_recoveries, r => r.Knows(intent)) ?? throw new HeronException(
            FaultKind.Internal, $"this server knows nothing of '{intent.Kind}' in its journal; was it written by a newer one?");
        Log.Recovering(
            logger, _told.TryGetValue(entry, out _) ? LogLevel.Debug : LogLevel.Information, intent.Kind, intent.Topology.Name, intent.Begun);
        await recovery.RecoverAsync(intent, cancellationToken);
        await entry.CompleteAsync(cancellationToken);
        Log.Recovered(logger, intent.Kind, intent.Topology.Name);
    }

    private static partial class Log
    {
        [LoggerMessage(Message = "settling the {Kind} of topology {Topology} that was interrupted, begun {Begun:O}")]
        public static partial void Recovering(ILogger logger, LogLevel level, string kind, string topology, DateTimeOffset begun);

        [LoggerMessage(Level = LogLevel.Information, Message = "settled the interrupted {Kind} of topology {Topology}")]
        public static partial void Recovered(ILogger logger, string kind, string topology);

        [LoggerMessage(Level = LogLevel.Debug, Message = "settling the {Kind} of topology {Topology} gives way to a request")]
        public static partial void GaveWay(ILogger logger, string kind, string topology);

        [LoggerMessage(Level = LogLevel.Warning, Message = "the interrupted {Kind} of topology {Topology} cannot be settled yet, trying again every few seconds: {Cause}")]
        public static partial void Postponed(ILogger logger, string kind, string topology, string cause);
    }
}
