// SPDX-License-Identifier: Apache-2.0
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
public sealed partial class ContainerBoard : BackgroundService, IOperationWitness
{
    private const int MostAtOnce = 4;

    // One happening is told as several changes.
    private static readonly TimeSpan Gathering = TimeSpan.FromMilliseconds(200);

    // Who describes a topology waits no longer than this for the scheduler.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1.8);

    private readonly ConcurrentDictionary<string, WatchedTopology> _byId = new(StringComparer.Ordinal);
    private readonly SemaphoreSlim _wake = new(0);
    private readonly IStateManager _state;
    private readonly IScheduler _scheduler;
    private readonly ContainerLooks _looks;
    private readonly TimeProvider _time;
    private readonly ILogger<ContainerBoard> _logger;

    /// <summary>Begins to look once the server runs.</summary>
    public ContainerBoard(
        IStateManager state, IScheduler scheduler, IEnumerable<IContainerWitness> witnesses, TimeProvider time, ILogger<ContainerBoard> logger)
    {
        _state = state;
        _scheduler = scheduler;
        _looks = new ContainerLooks(scheduler, [.. witnesses], time, logger);
        _time = time;
        _logger = logger;
    }

    /// <summary>Since when and why the scheduler does not answer; null while it does.</summary>
    public Staleness? Away => _looks.Away;

    /// <summary>Grows with everything that is seen: while it stays, so does what <see cref="Find"/> gives for topologies that stay.</summary>
    public long Version => _looks.Version;

    /// <summary>What was seen last of a topology; null when nothing was yet. Asks nobody.</summary>
    public ContainerSight? Find(string? topologyId) => topologyId is null ? null : _byId.GetValueOrDefault(topologyId)?.Sight;

    /// <summary>Whether containers of a topology may have changed since they were seen.</summary>
    public bool IsChanging(string? topologyId) =>
        topologyId is not null && (!_byId.TryGetValue(topologyId, out var known) || known.IsChanged);

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
        if (watched.IsChanged && Away is null)
        {
            try
            {
                await _looks.LookAsync(watched, identity, CancellationToken.None).WaitAsync(Patience, _time, cancellationToken);
            }
            catch (TimeoutException)
            {
                var now = _time.GetUtcNow();
                return watched.Sight ?? new ContainerSight([], new Staleness(now - Patience, "the scheduler has not answered yet"));
            }
        }

        var sight = watched.Sight ?? ContainerSight.None;
        return sight.Stale is null && Away is { } away ? sight with { Stale = away } : sight;
    }

    /// <summary>Containers of a topology that the state does not have, as they are now; they are not followed, and witnesses not told.</summary>
    /// <param name="topology">Which topology.</param>
    /// <param name="containers">The containers that there should be.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public async Task<ContainerSight> LookOnceAsync(
        TopologyIdentity topology, IReadOnlyCollection<int> containers, CancellationToken cancellationToken)
    {
        try
        {
            var statuses = await _scheduler.Inspector.InspectAsync(topology, containers, cancellationToken).WaitAsync(Patience, _time, cancellationToken);
            return new ContainerSight(statuses, null);
        }
        catch (Exception fault) when (fault is HeronException or TimeoutException)
        {
            var why = fault is TimeoutException ? "the scheduler has not answered yet" : fault.Message;
            return new ContainerSight([], new Staleness(_time.GetUtcNow(), why));
        }
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
                KeepAsync(FollowStateAsync, stoppingToken), KeepAsync(FollowSchedulerAsync, stoppingToken), KeepAsync(WorkAsync, stoppingToken));
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The server ends.
        }
    }

    private static TopologyIdentity? IdentityOf(TopologySnapshot topology) => topology.ExecutionState.Value is { } execution
        ? new TopologyIdentity(execution.Cluster, execution.Role, execution.Environ, execution.TopologyName, execution.TopologyId)
        : null;

    /// <summary>Goes on whatever happens: a server without its eyes would tell what is long past.</summary>
    private async Task KeepAsync(Func<CancellationToken, Task> work, CancellationToken cancellationToken)
    {
        while (true)
        {
            try
            {
                await work(cancellationToken);
            }
#pragma warning disable CA1031 // Whatever it is, it is told and begun anew.
            catch (Exception fault) when (!cancellationToken.IsCancellationRequested)
#pragma warning restore CA1031
            {
                Log.BegunAnew(_logger, fault);
            }

            await Task.Delay(ContainerLooks.LookAgain, _time, cancellationToken);
        }
    }

    private void Wake()
    {
        try
        {
            if (_wake.CurrentCount == 0)
            {
                _wake.Release();
            }
        }
        catch (ObjectDisposedException)
        {
            // The server ends, and nobody looks any more.
        }
    }

    private async Task FollowStateAsync(CancellationToken cancellationToken)
    {
        await foreach (var view in _state.View.WatchAsync(cancellationToken))
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
        await foreach (var change in _scheduler.Inspector.WatchAsync(cancellationToken))
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
            if (await _wake.WaitAsync(ContainerLooks.LookAgain, cancellationToken))
            {
                await Task.Delay(Gathering, _time, cancellationToken);
            }

            MarkUnsettled();
            var changed = _byId.Values.Where(w => w.IsChanged).ToList();
            if (changed.Count > 0 && !await RefreshAsync(changed, cancellationToken))
            {
                await Task.Delay(ContainerLooks.LookAgain, _time, cancellationToken);
                Wake();
            }
        }
    }

    private void MarkUnsettled()
    {
        var now = _time.GetUtcNow();
        foreach (var watched in _byId.Values.Where(w => w.LookAgainAt <= now))
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
        if (Away is not null && !await _looks.AnswersAsync(cancellationToken))
        {
            return false;
        }

        using var enough = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        try
        {
            var options = new ParallelOptions { MaxDegreeOfParallelism = MostAtOnce, CancellationToken = enough.Token };
            await Parallel.ForEachAsync(changed, options, async (watched, _) =>
            {
                if (IdentityOf(watched.Topology) is { } identity && !await _looks.LookAsync(watched, identity, cancellationToken)
                    && !await _looks.AnswersAsync(cancellationToken))
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

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Warning, Message = "following containers was interrupted and begins anew")]
        public static partial void BegunAnew(ILogger logger, Exception exception);
    }
}
