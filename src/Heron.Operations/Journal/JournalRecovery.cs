using Heron.Core;
using Heron.Operations.Exclusion;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Heron.Operations.Journal;

/// <summary>
/// Works through unfinished intents, in the background from the start of the server on, and again and again until each is
/// settled: the scheduler or the state manager may be down for longer than this server.
/// </summary>
public sealed partial class JournalRecovery : BackgroundService
{
    private static readonly TimeSpan RetryInterval = TimeSpan.FromSeconds(5);

    private readonly IntentJournal _journal;
    private readonly Dictionary<string, IIntentRecovery> _recoveries;
    private readonly OperationGate _gate;
    private readonly TimeProvider _time;
    private readonly ILogger<JournalRecovery> _logger;

    /// <summary>Takes every recovery that is registered.</summary>
    public JournalRecovery(
        IntentJournal journal,
        IEnumerable<IIntentRecovery> recoveries,
        OperationGate gate,
        TimeProvider time,
        ILogger<JournalRecovery> logger)
    {
        _journal = journal;
        _recoveries = recoveries.ToDictionary(r => r.Kind, StringComparer.Ordinal);
        _gate = gate;
        _time = time;
        _logger = logger;
    }

    /// <summary>
    /// Settles what is unfinished of one topology before something new is done with it. The caller holds the topology.
    /// </summary>
    /// <returns>Whether there was anything.</returns>
    /// <exception cref="HeronException"><see cref="FaultKind.Unavailable"/> when it cannot be settled now.</exception>
    public async Task<bool> SettleAsync(string topologyName, CancellationToken cancellationToken)
    {
        var found = false;
        foreach (var intent in Unfinished(topologyName, holdsUpOthers: true))
        {
            found = true;
            try
            {
                await RecoverAsync(intent, cancellationToken);
            }
            catch (Exception e) when (e is not OperationCanceledException)
            {
                throw new HeronException(
                    FaultKind.Unavailable,
                    $"an interrupted {intent.Intent.Kind} of topology '{topologyName}' cannot be cleaned up yet, try again later: {e.Message}",
                    e);
            }
        }

        return found;
    }

    /// <summary>
    /// Forgets what is unfinished of a topology that is gone for good, and was no hindrance. The caller holds the topology.
    /// </summary>
    public void Forget(string topologyName)
    {
        foreach (var intent in Unfinished(topologyName, holdsUpOthers: false))
        {
            intent.Complete();
        }
    }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(RetryInterval, _time);
        do
        {
            await Task.WhenAll(_journal.Unfinished().Select(intent => TryRecoverAsync(intent, stoppingToken)));
        }
        while (await WaitAsync(timer, stoppingToken));
    }

    private List<JournaledIntent> Unfinished(string topologyName, bool holdsUpOthers) =>
        [.. _journal.Unfinished().Where(i => i.Intent.TopologyName == topologyName
            && (!_recoveries.TryGetValue(i.Intent.Kind, out var recovery) || recovery.HoldsUpOthers) == holdsUpOthers)];

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

    private async Task TryRecoverAsync(JournaledIntent intent, CancellationToken stoppingToken)
    {
        using var lease = _gate.TryEnterInBackground(intent.Intent.TopologyName, "recovery");
        if (lease is null || !_journal.Unfinished().Contains(intent))
        {
            // A request holds the topology and settles the intent itself, or has done so a moment ago.
            return;
        }

        using var either = CancellationTokenSource.CreateLinkedTokenSource(stoppingToken, lease.GiveWay);
        try
        {
            await RecoverAsync(intent, either.Token);
        }
        catch (OperationCanceledException) when (either.IsCancellationRequested)
        {
            Log.GaveWay(_logger, intent.Intent.Kind, intent.Intent.TopologyName);
        }
#pragma warning disable CA1031 // Whatever it was, the next round tries again.
        catch (Exception e)
#pragma warning restore CA1031
        {
            Log.Postponed(_logger, intent.Intent.Kind, intent.Intent.TopologyName, e.Message);
        }
    }

    private async Task RecoverAsync(JournaledIntent intent, CancellationToken cancellationToken)
    {
        if (!_recoveries.TryGetValue(intent.Intent.Kind, out var recovery))
        {
            throw new HeronException(
                FaultKind.Internal, $"this server knows nothing of '{intent.Intent.Kind}' in its journal; was it written by a newer one?");
        }

        Log.Recovering(_logger, intent.Intent.Kind, intent.Intent.TopologyName, intent.Intent.Begun);
        try
        {
            await recovery.RecoverAsync(intent.Intent, cancellationToken);
        }
        catch (DamagedIntentException e)
        {
            _journal.SetAside(intent, e.Message);
            return;
        }

        intent.Complete();
        Log.Recovered(_logger, intent.Intent.Kind, intent.Intent.TopologyName);
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Information, Message = "settling the {Kind} of topology {Topology} that was interrupted, begun {Begun:O}")]
        public static partial void Recovering(ILogger logger, string kind, string topology, DateTimeOffset begun);

        [LoggerMessage(Level = LogLevel.Information, Message = "settled the interrupted {Kind} of topology {Topology}")]
        public static partial void Recovered(ILogger logger, string kind, string topology);

        [LoggerMessage(Level = LogLevel.Debug, Message = "settling the {Kind} of topology {Topology} gives way to a request")]
        public static partial void GaveWay(ILogger logger, string kind, string topology);

        [LoggerMessage(Level = LogLevel.Warning, Message = "the interrupted {Kind} of topology {Topology} cannot be settled yet, trying again: {Cause}")]
        public static partial void Postponed(ILogger logger, string kind, string topology, string cause);
    }
}
