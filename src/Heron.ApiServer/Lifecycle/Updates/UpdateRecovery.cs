using Heron.ApiServer.Lifecycle.Exclusion;
using Heron.Core.State;

namespace Heron.ApiServer.Lifecycle.Updates;

/// <summary>
/// Settles updates that were cut off: those of an earlier server process at the start, those of this one when their
/// request has failed. It tries until each is settled, and gives way to requests for the same topology.
/// </summary>
public sealed partial class UpdateRecovery(
    OperationGate gate,
    IStateManager state,
    UpdateJournal journal,
    UpdateSettler settler,
    FinishedUpdates finished,
    TimeProvider time,
    ILogger<UpdateRecovery> logger) : BackgroundService
{
    private static readonly TimeSpan LookPause = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan FirstPause = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestPause = TimeSpan.FromMinutes(1);

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var settling = new Dictionary<string, Task>(StringComparer.Ordinal);
        while (true)
        {
            foreach (var intent in journal.All())
            {
                if (!settling.TryGetValue(intent.Topology.Id, out var task) || task.IsCompleted)
                {
                    settling[intent.Topology.Id] = SettleAsync(intent, stoppingToken);
                }
            }

            await Task.Delay(LookPause, time, stoppingToken);
        }
    }

    private async Task SettleAsync(UpdateIntent intent, CancellationToken stoppingToken)
    {
        for (var pause = FirstPause; journal.Find(intent.Topology) is not null; pause = Longer(pause))
        {
            await TrySettleAsync(intent, stoppingToken);
            await Task.Delay(pause, time, stoppingToken);
        }
    }

    private async Task TrySettleAsync(UpdateIntent intent, CancellationToken stoppingToken)
    {
        using var lease = gate.TryEnterInBackground(intent.Topology.Name, "update (bringing an earlier one to its end)");
        if (lease is null || journal.Find(intent.Topology) is not { } current)
        {
            return;
        }

        try
        {
            using var turn = CancellationTokenSource.CreateLinkedTokenSource(stoppingToken, lease.GiveWay);
            await using var held = await state.TryLockAsync(
                intent.Topology.Name, StatePaths.UpdateTopologyLock, TimeSpan.Zero, turn.Token);
            if (held is null)
            {
                return;
            }

            using var whileHeld = CancellationTokenSource.CreateLinkedTokenSource(turn.Token, held.Lost);
            Log.Settling(logger, intent.Topology.Name, intent.Begun);
            if (await settler.SettleAsync(current, whileHeld.Token) == UpdateOutcome.Done)
            {
                finished.Add(current);
            }
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            Log.NotSettled(logger, intent.Topology.Name, e.Message);
        }
        catch (OperationCanceledException) when (!stoppingToken.IsCancellationRequested)
        {
            Log.GaveWay(logger, intent.Topology.Name);
        }
    }

    private static TimeSpan Longer(TimeSpan pause) => pause * 2 < LongestPause ? pause * 2 : LongestPause;

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Information, Message = "{Topology}: settling the update begun at {Begun:u}")]
        public static partial void Settling(ILogger logger, string topology, DateTimeOffset begun);

        [LoggerMessage(Level = LogLevel.Warning, Message = "{Topology}: unfinished update cannot be settled yet: {Reason}")]
        public static partial void NotSettled(ILogger logger, string topology, string reason);

        [LoggerMessage(Level = LogLevel.Information, Message = "{Topology}: leaving the unfinished update to a request")]
        public static partial void GaveWay(ILogger logger, string topology);
    }
}
