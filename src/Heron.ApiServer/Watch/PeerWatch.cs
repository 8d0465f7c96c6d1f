// SPDX-License-Identifier: Apache-2.0
using Heron.Core.Scheduling;
using Heron.Core.State;
using Heron.Core.Storage;

namespace Heron.ApiServer.Watch;

/// <summary>
/// Asks what the server needs - the scheduler's and the state manager's servers, its own disk - from the start on and every few
/// seconds, whether it is there. An operator who mistyped an address reads it in the log now, not in the answer to the first
/// submission; whoever watches the server reads what is away, and since when, in <c>/health/ready</c>.
/// </summary>
internal sealed partial class PeerWatch : BackgroundService
{
    /// <summary>The name of the part without which the server is not ready.</summary>
    public const string Disk = "disk";

    /// <summary>How often parts are asked.</summary>
    internal static readonly TimeSpan Interval = TimeSpan.FromSeconds(10);

    // A peer that says nothing for so long is away.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    private readonly (string Name, Func<CancellationToken, Task<string?>> Check)[] _checks;
    private readonly PartHealth[] _parts;
    private readonly TimeProvider _time;
    private readonly ILogger<PeerWatch> _logger;

    /// <summary>Watches the parts that the configuration chose.</summary>
    public PeerWatch(IScheduler scheduler, IStateManager state, InstanceFolder folder, TimeProvider time, ILogger<PeerWatch> logger)
    {
        _time = time;
        _logger = logger;
        _checks =
        [
            ("scheduler", scheduler.CheckAsync),
            ("state", state.CheckAsync),
            (Disk, _ => Task.FromResult(CheckDisk(folder))),
        ];
        _parts = [.. _checks.Select(check => new PartHealth(check.Name, null, time.GetUtcNow(), IsKnown: false))];
    }

    /// <summary>What was found last, a part each.</summary>
    public IReadOnlyList<PartHealth> Parts
    {
        get
        {
            lock (_parts)
            {
                return [.. _parts];
            }
        }
    }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval, _time);
        try
        {
            do
            {
                await Task.WhenAll(Enumerable.Range(0, _checks.Length).Select(part => AskAsync(part, stoppingToken)));
            }
            while (await timer.WaitForNextTickAsync(stoppingToken));
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The server ends.
        }
    }

    private async Task AskAsync(int part, CancellationToken stoppingToken)
    {
        var (name, check) = _checks[part];
        using var limit = new CancellationTokenSource(Patience, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(stoppingToken, limit.Token);
        string? problem;
        try
        {
            problem = await check(either.Token);
        }
        catch (OperationCanceledException) when (!stoppingToken.IsCancellationRequested)
        {
            problem = $"the {name} does not answer within {Patience.TotalSeconds:F0} s";
        }

        var before = Note(part, problem);
        if (problem is not null && (!before.IsKnown || before.Problem is null))
        {
            Log.Away(_logger, problem);
        }
        else if (problem is null && before.Problem is not null)
        {
            Log.Back(_logger, name, (_time.GetUtcNow() - before.Since).TotalSeconds);
        }
    }

    private PartHealth Note(int part, string? problem)
    {
        lock (_parts)
        {
            var before = _parts[part];
            var changed = !before.IsKnown || before.Problem is null != problem is null;
            _parts[part] = before with { Problem = problem, IsKnown = true, Since = changed ? _time.GetUtcNow() : before.Since };
            return before;
        }
    }

    // Without a journal nothing may be begun: that folder is the one that counts.
    private static string? CheckDisk(InstanceFolder folder)
    {
        try
        {
            var path = folder.NewWorkPath("health");
            File.WriteAllBytes(path, [0]);
            File.Delete(path);
            return null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return $"the server's folder cannot be written to: {e.Message}";
        }
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Warning, Message = "{Problem} (requests that need it fail until it answers; downloads go on)")]
        public static partial void Away(ILogger logger, string problem);

        [LoggerMessage(Level = LogLevel.Information, Message = "the {Part} answers again, after {Seconds:F0} s")]
        public static partial void Back(ILogger logger, string part, double seconds);
    }
}

/// <summary>Whether something that the server needs is there.</summary>
/// <param name="Name"><c>scheduler</c>, <c>state</c> or <c>disk</c>.</param>
/// <param name="Problem">What is wrong, in words; null when it is there.</param>
/// <param name="Since">Since when it is so.</param>
/// <param name="IsKnown">Whether it has been asked yet.</param>
internal sealed record PartHealth(string Name, string? Problem, DateTimeOffset Since, bool IsKnown);
