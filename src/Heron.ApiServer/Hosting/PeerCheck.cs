using Heron.Core.Scheduling;
using Heron.Core.State;

namespace Heron.ApiServer.Hosting;

/// <summary>
/// Asks the scheduler's and the state manager's servers once, beside the start, whether they answer: an operator who mistyped an
/// address reads it in the log now, not in the answer to the first submission.
/// </summary>
internal sealed partial class PeerCheck(IScheduler scheduler, IStateManager state, ILogger<PeerCheck> logger) : BackgroundService
{
    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        foreach (var problem in await Task.WhenAll(scheduler.CheckAsync(stoppingToken), state.CheckAsync(stoppingToken)))
        {
            if (problem is not null)
            {
                Log.Away(logger, problem);
            }
        }
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Warning, Message = "{Problem} (requests that need it fail until it answers; downloads go on)")]
        public static partial void Away(ILogger logger, string problem);
    }
}
