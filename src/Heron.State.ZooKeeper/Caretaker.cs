// SPDX-License-Identifier: Apache-2.0
using System.Threading.Channels;
using Heron.Core;
using Heron.ZooKeeper;
using Microsoft.Extensions.Logging;

namespace Heron.State.ZooKeeper;

/// <summary>
/// Does in the background what waits for a connection: after each one, and again after a while until it has succeeded.
/// </summary>
internal sealed partial class Caretaker : IAsyncDisposable
{
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(10);

    private readonly Channel<bool> _wakeUps = Channel.CreateBounded<bool>(
        new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });

    private readonly CancellationTokenSource _stop = new();
    private readonly ZooKeeperClient _client;
    private readonly TimeProvider _time;
    private readonly TimeSpan _pause;
    private readonly ILogger _logger;
    private readonly Func<CancellationToken, Task> _work;
    private readonly Task _running;

    /// <param name="client">Whose connections to follow.</param>
    /// <param name="time">The clock of the pauses.</param>
    /// <param name="pause">How long to wait after work that failed.</param>
    /// <param name="logger">Where failures go.</param>
    /// <param name="work">What to do.</param>
    public Caretaker(
        ZooKeeperClient client, TimeProvider time, TimeSpan pause, ILogger logger, Func<CancellationToken, Task> work)
    {
        _client = client;
        _time = time;
        _pause = pause < LongestPause ? pause : LongestPause;
        _logger = logger;
        _work = work;
        _running = Task.WhenAll(FollowAsync(), WorkAsync());
    }

    /// <summary>There is something to do.</summary>
    public void Wake() => _wakeUps.Writer.TryWrite(true);

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _running.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _stop.Dispose();
    }

    private async Task FollowAsync()
    {
        long connections = 0;
        await foreach (var status in _client.WatchStatusAsync(_stop.Token))
        {
            if (status.State == SessionState.Connected && status.Connections != connections)
            {
                connections = status.Connections;
                Wake();
            }
        }
    }

    private async Task WorkAsync()
    {
        await foreach (bool _ in _wakeUps.Reader.ReadAllAsync(_stop.Token))
        {
            try
            {
                await _work(_stop.Token);
            }
            catch (Exception e) when (e is ZooKeeperException or HeronException)
            {
                Log.Failed(_logger, e.Message);
                await Task.Delay(_pause, _time, _stop.Token);
                Wake();
            }
        }
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Warning, Message = "could not tidy up the state in ZooKeeper, trying again soon: {Reason}")]
        public static partial void Failed(ILogger logger, string reason);
    }
}
