// SPDX-License-Identifier: Apache-2.0
using Heron.Core;
using Heron.Core.Scheduling;
using Heron.Core.State;
using Heron.Core.Topologies;
using Microsoft.Extensions.Logging;

namespace Heron.Operations.Observe.Containers;

/// <summary>Asks the scheduler how containers are, and tells witnesses what has become of them.</summary>
internal sealed partial class ContainerLooks(
    IScheduler scheduler, IReadOnlyList<IContainerWitness> witnesses, TimeProvider time, ILogger logger)
{
    /// <summary>What is ill, and a scheduler that is away, is looked at again so often.</summary>
    public static readonly TimeSpan LookAgain = TimeSpan.FromSeconds(3);

    private static readonly TimeSpan AnswerLimit = TimeSpan.FromSeconds(10);

    // And for no more than this part of the time: hundreds of ill containers take long.
    private const int PartsOfTime = 10;

    private volatile Staleness? _away;
    private long _version;

    /// <summary>Since when and why the scheduler does not answer; null while it does.</summary>
    public Staleness? Away => _away;

    /// <summary>Grows with everything that is seen.</summary>
    public long Version => Volatile.Read(ref _version);

    /// <summary>Whether the scheduler answers now.</summary>
    public async Task<bool> AnswersAsync(CancellationToken cancellationToken)
    {
        string? problem;
        try
        {
            problem = await scheduler.CheckAsync(cancellationToken).WaitAsync(AnswerLimit, time, cancellationToken);
        }
        catch (Exception fault) when (fault is TimeoutException or HeronException)
        {
            problem = fault is TimeoutException ? $"the scheduler gave no answer within {AnswerLimit.TotalSeconds:0} s" : fault.Message;
        }

        if (problem is not null && _away is null)
        {
            Log.Away(logger, problem);
        }

        _away = problem is null ? null : new Staleness(_away?.Since ?? time.GetUtcNow(), problem);
        return problem is null;
    }

    /// <summary>Looks at what has changed of one topology; false when the scheduler did not tell.</summary>
    public async Task<bool> LookAsync(WatchedTopology watched, TopologyIdentity identity, CancellationToken cancellationToken)
    {
        await watched.Turn.WaitAsync(cancellationToken);
        var begun = time.GetTimestamp();
        try
        {
            var only = watched.BeginLook();
            if (only is { Count: 0 })
            {
                return true;
            }

            var before = watched.Sight;
            try
            {
                using var limit = new CancellationTokenSource(AnswerLimit, time);
                using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, limit.Token);
                var after = await InspectAsync(watched, identity, before is { Stale: null } ? only : null, either.Token);
                Show(watched, new ContainerSight(after, null));
                Tell(identity, before is null || before.Containers.Count == 0 ? null : before.Containers, after);
                return true;
            }
#pragma warning disable CA1031 // Whatever it is, what was seen before stays, and it is asked again.
            catch (Exception fault)
#pragma warning restore CA1031
            {
                watched.Mark(null);
                cancellationToken.ThrowIfCancellationRequested();
                var why = fault is OperationCanceledException ? $"the scheduler did not answer within {AnswerLimit.TotalSeconds:0} s" : fault.Message;
                Show(watched, (before ?? ContainerSight.None) with { Stale = new Staleness(before?.Stale?.Since ?? time.GetUtcNow(), why) });
                Log.NotSeen(logger, identity.Name, why);
                return false;
            }
        }
        finally
        {
            var pause = time.GetElapsedTime(begun) * PartsOfTime;
            watched.EndLook(time.GetUtcNow() + (pause > LookAgain ? pause : LookAgain));
            watched.Turn.Release();
        }
    }

    private void Show(WatchedTopology watched, ContainerSight sight)
    {
        watched.Sight = sight;
        Interlocked.Increment(ref _version);
    }

    private async Task<IReadOnlyList<ContainerStatus>> InspectAsync(
        WatchedTopology watched, TopologyIdentity identity, IReadOnlySet<int>? only, CancellationToken cancellationToken)
    {
        int[] planned = [0, .. watched.Topology.PackingPlan.Value?.ContainerPlans.Select(c => c.Id) ?? []];
        if (only is null)
        {
            return await scheduler.Inspector.InspectAsync(identity, planned, cancellationToken);
        }

        var some = await scheduler.Inspector.InspectAsync(identity, planned, only, cancellationToken);
        return
        [
            .. watched.Sight!.Containers.Where(c => !only.Contains(c.Container)).Concat(some).OrderBy(c => c.Container),
        ];
    }

    private void Tell(TopologyIdentity identity, IReadOnlyList<ContainerStatus>? before, IReadOnlyList<ContainerStatus> after)
    {
        foreach (var witness in witnesses)
        {
            witness.See(identity, before, after);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Warning, Message = "containers are shown as they were until the scheduler answers: {Reason}")]
        public static partial void Away(ILogger logger, string reason);

        [LoggerMessage(Level = LogLevel.Debug, Message = "topology {Topology}: its containers cannot be looked at now: {Reason}")]
        public static partial void NotSeen(ILogger logger, string topology, string reason);
    }
}
