using System.Collections.Concurrent;
using Heron.Core;
using Heron.Core.Scheduling;
using Heron.Core.State;
using Heron.Core.Topologies;
using Heron.Operations.Running;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Heron.Operations.Observe.Containers;

/// <summary>
/// The containers of all topologies, kept in memory: asks the scheduler once for each topology, then only for what it says has
/// changed. Containers that are on their way or ill are looked at again every few seconds. Where nothing happens, nothing is asked.
/// </summary>
public sealed partial class ContainerBoard(
    IStateManager state, IScheduler scheduler, IEnumerable<IContainerWitness> witnesses, TimeProvider time, ILogger<ContainerBoard> logger)
    : BackgroundService, IOperationWitness
{
    private const int MostAtOnce = 4;

    // One happening is told as several changes.
    private static readonly TimeSpan Gathering = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan LookAgain = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan AnswerLimit = TimeSpan.FromSeconds(10);

    // Who describes a topology waits no longer than this for the scheduler.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1.8);

    private readonly ConcurrentDictionary<string, WatchedTopology> _byId = new(StringComparer.Ordinal);
    private readonly SemaphoreSlim _wake = new(0);
    private readonly IContainerWitness[] _witnesses = [.. witnesses];
    private volatile Staleness? _away;

    /// <summary>Since when and why the scheduler does not answer; null while it does.</summary>
    public Staleness? Away => _away;

    /// <summary>What was seen last of a topology; null when nothing was yet. Asks nobody.</summary>
    public ContainerSight? Find(string? topologyId) => topologyId is null ? null : _byId.GetValueOrDefault(topologyId)?.Sight;

    /// <summary>Whether containers of a topology may have changed since they were seen.</summary>
    public bool IsChanging(string? topologyId) =>
        topologyId is not null && (!_byId.TryGetValue(topologyId, out var known) || known.IsChanged);

    /// <inheritdoc/>
    public void Began(TopologyAddress topology)
    {
        // What is told of containers meanwhile is looked at as it comes.
    }

    /// <inheritdoc/>
    public void Ended(EndedOperation operation)
    {
        foreach (var known in _byId.Values.Where(w => w.Topology.Name == operation.Topology.Name))
        {
            known.Mark(null);
        }

        Wake();
    }

    /// <summary>The containers of a topology as they are now, or as they were when the scheduler does not tell in time.</summary>
    /// <param name="topology">As the state has it.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public async Task<ContainerSight> LookAsync(TopologySnapshot topology, CancellationToken cancellationToken)
    {
        if (IdentityOf(topology) is not { } identity)
        {
            return ContainerSight.None;
        }

        var watched = _byId.GetOrAdd(identity.Id, _ => new WatchedTopology(topology));
        if (watched.IsChanged && _away is null)
        {
            try
            {
                await RefreshAsync(watched, identity, CancellationToken.None).WaitAsync(Patience, time, cancellationToken);
            }
            catch (TimeoutException)
            {
                var now = time.GetUtcNow();
                return watched.Sight ?? new ContainerSight([], new Staleness(now - Patience, "the scheduler has not answered yet"));
            }
        }

        var sight = watched.Sight ?? ContainerSight.None;
        return sight.Stale is null && _away is { } away ? sight with { Stale = away } : sight;
    }

    /// <inheritdoc/>
    public override void Dispose()
    {
        _wake.Dispose();
        base.Dispose();
    }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        // Not on the way of the server's start.
        await Task.Yield();
        try
        {
            await Task.WhenAll(
                FollowStateAsync(stoppingToken), FollowSchedulerAsync(stoppingToken), WorkAsync(stoppingToken));
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The server ends.
        }
    }

    private static TopologyIdentity? IdentityOf(TopologySnapshot topology) => topology.ExecutionState.Value is { } execution
        ? new TopologyIdentity(execution.Cluster, execution.Role, execution.Environ, execution.TopologyName, execution.TopologyId)
        : null;

    private void Wake()
    {
        if (_wake.CurrentCount == 0)
        {
            _wake.Release();
        }
    }

    private async Task FollowStateAsync(CancellationToken cancellationToken)
    {
        await foreach (var view in state.View.WatchAsync(cancellationToken))
        {
            var there = new HashSet<string>(StringComparer.Ordinal);
            var changed = false;
            foreach (var topology in view.Topologies)
            {
                if (topology.ExecutionState.Value?.TopologyId is { } id)
                {
                    there.Add(id);
                    changed |= Take(id, topology);
                }
            }

            foreach (var (id, _) in _byId.Where(known => !there.Contains(known.Key)))
            {
                _byId.TryRemove(id, out _);
            }

            if (changed)
            {
                Wake();
            }
        }
    }

    /// <summary>Takes in what the state has of a topology now; whether its containers have to be looked at.</summary>
    private bool Take(string id, TopologySnapshot topology)
    {
        var watched = _byId.GetOrAdd(id, _ => new WatchedTopology(topology));
        var before = watched.Topology;
        watched.Topology = topology;
        if (!Equals(before.PackingPlan.Value, topology.PackingPlan.Value))
        {
            watched.Mark(null);
        }

        return watched.IsChanged;
    }

    private async Task FollowSchedulerAsync(CancellationToken cancellationToken)
    {
        await foreach (var change in scheduler.Inspector.WatchAsync(cancellationToken))
        {
            if (change.TopologyId is null)
            {
                foreach (var known in _byId.Values)
                {
                    known.Mark(null);
                }
            }
            else if (_byId.TryGetValue(change.TopologyId, out var watched))
            {
                watched.Mark(change.Container);
            }
            else
            {
                continue;
            }

            Wake();
        }
    }

    private async Task WorkAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            if (await _wake.WaitAsync(LookAgain, cancellationToken))
            {
                await Task.Delay(Gathering, time, cancellationToken);
            }
            else
            {
                MarkUnsettled();
            }

            var changed = _byId.Values.Where(w => w.IsChanged).ToList();
            if (changed.Count > 0 && !await RefreshAsync(changed, cancellationToken))
            {
                await Task.Delay(LookAgain, time, cancellationToken);
                Wake();
            }
        }
    }

    private void MarkUnsettled()
    {
        foreach (var watched in _byId.Values)
        {
            if (watched.Sight is { Stale: not null })
            {
                watched.Mark(null);
                continue;
            }

            foreach (var container in watched.Sight?.ToWatch ?? [])
            {
                watched.Mark(container);
            }
        }
    }

    /// <summary>Looks at all of them; false when the scheduler does not answer, and then it is not asked for every one of them.</summary>
    private async Task<bool> RefreshAsync(IReadOnlyList<WatchedTopology> changed, CancellationToken cancellationToken)
    {
        if (_away is not null && !await AnswersAsync(cancellationToken))
        {
            return false;
        }

        using var enough = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        try
        {
            var options = new ParallelOptions { MaxDegreeOfParallelism = MostAtOnce, CancellationToken = enough.Token };
            await Parallel.ForEachAsync(changed, options, async (watched, _) =>
            {
                if (IdentityOf(watched.Topology) is { } identity && !await RefreshAsync(watched, identity, cancellationToken)
                    && !await AnswersAsync(cancellationToken))
                {
                    await enough.CancelAsync();
                }
            });
            return true;
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return false;
        }
    }

    private async Task<bool> AnswersAsync(CancellationToken cancellationToken)
    {
        string? problem;
        try
        {
            problem = await scheduler.CheckAsync(cancellationToken).WaitAsync(AnswerLimit, time, cancellationToken);
        }
        catch (Exception fault) when (fault is TimeoutException or HeronException)
        {
            problem = fault is TimeoutException ? "it does not answer" : fault.Message;
        }

        if (problem is not null && _away is null)
        {
            Log.Away(logger, problem);
        }

        _away = problem is null ? null : new Staleness(_away?.Since ?? time.GetUtcNow(), problem);
        return problem is null;
    }

    /// <summary>Looks at what has changed of one topology; false when the scheduler did not tell.</summary>
    private async Task<bool> RefreshAsync(WatchedTopology watched, TopologyIdentity identity, CancellationToken cancellationToken)
    {
        await watched.Turn.WaitAsync(cancellationToken);
        try
        {
            var only = watched.TakeChanged();
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
                watched.Sight = new ContainerSight(after, null);
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
                watched.Sight = (before ?? ContainerSight.None) with { Stale = new Staleness(before?.Stale?.Since ?? time.GetUtcNow(), why) };
                Log.NotSeen(logger, identity.Name, why);
                return false;
            }
        }
        finally
        {
            watched.Turn.Release();
        }
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
        foreach (var witness in _witnesses)
        {
            witness.See(identity, before, after);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Warning, Message = "the scheduler does not answer, so containers are shown as they were: {Reason}")]
        public static partial void Away(ILogger logger, string reason);

        [LoggerMessage(Level = LogLevel.Debug, Message = "topology {Topology}: its containers cannot be looked at now: {Reason}")]
        public static partial void NotSeen(ILogger logger, string topology, string reason);
    }
}
