// SPDX-License-Identifier: Apache-2.0
using System.Collections.Concurrent;
using System.Collections.Frozen;
using System.Runtime.CompilerServices;
using System.Text;
using Heron.Core;
using Heron.Core.Scheduling;
using Heron.Core.Topologies;
using Heron.Scheduler.Nomad.Client;
using Heron.Scheduler.Nomad.Jobs;
using Heron.Scheduler.Nomad.Model;
using Heron.Scheduler.Nomad.Placement;
using Microsoft.Extensions.Logging;

namespace Heron.Scheduler.Nomad.Observing;

/// <summary>Tells of containers what Nomad knows.</summary>
internal sealed partial class NomadInspector(
    NomadClient client, TopologyJobs jobs, string cluster, TimeProvider time, ILogger logger) : IContainerInspector
{
    /// <summary>A container that ended by itself counts as failing until it has run this long again.</summary>
    private static readonly TimeSpan Steady = TimeSpan.FromSeconds(30);

    private static readonly TimeSpan ShortestPause = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(10);

    /// <summary>Three of Nomad's heartbeats.</summary>
    private static readonly TimeSpan EventSilence = TimeSpan.FromSeconds(35);

    /// <summary>How long the last words of a failing container are waited for, and how many of them are read.</summary>
    private static readonly TimeSpan LastWordsLimit = TimeSpan.FromSeconds(2);
    private const int MostLastWords = 10;
    private const int LastWordsBytes = 2000;

    private static readonly FrozenSet<string> EmptyIds = FrozenSet<string>.Empty;

    private readonly OwnJobs _own = new(client);
    private readonly PortBook _ports = new(client);

    /// <inheritdoc/>
    public async Task<IReadOnlyList<ScheduledTopology>> ListAsync(CancellationToken cancellationToken) =>
        await ListOthersAsync(EmptyIds, cancellationToken);

    /// <inheritdoc/>
    public async Task<IReadOnlyList<ScheduledTopology>> ListOthersAsync(IReadOnlySet<string> known, CancellationToken cancellationToken) =>
        [.. (await _own.FindAsync(null, known, cancellationToken)).Where(topology => (topology.Cluster ?? cluster) == cluster)];

    /// <inheritdoc/>
    public async Task<IReadOnlyList<ScheduledTopology>> FindAsync(
        string cluster, string role, string environment, string name, CancellationToken cancellationToken) =>
        [.. (await _own.FindAsync(name, EmptyIds, cancellationToken)).Where(topology => topology.MayBe(cluster, role, environment, name))];

    /// <inheritdoc/>
    public async Task<IReadOnlyList<ContainerStatus>> InspectAsync(
        TopologyIdentity topology, IReadOnlyCollection<int> planned, CancellationToken cancellationToken) =>
        await InspectAsync(topology, planned, await jobs.FindAsync(topology, cancellationToken), cancellationToken);

    /// <inheritdoc/>
    public async Task<IReadOnlyList<ContainerStatus>> InspectAsync(
        TopologyIdentity topology, IReadOnlyCollection<int> planned, IReadOnlySet<int> only, CancellationToken cancellationToken) =>
        await InspectAsync(
            topology,
            [.. planned.Where(only.Contains)],
            [.. (await jobs.FindAsync(topology, cancellationToken)).Where(job => only.Contains(job.Container))],
            cancellationToken);

    private async Task<IReadOnlyList<ContainerStatus>> InspectAsync(
        TopologyIdentity topology, IReadOnlyCollection<int> planned, IReadOnlyList<OwnJob> present, CancellationToken cancellationToken)
    {
        var known = new ConcurrentBag<ContainerStatus>();
        var lastWords = MostLastWords;
        await Parallel.ForEachAsync(present, client.AtOnce(cancellationToken), async (job, token) =>
        {
            var status = await StatusAsync(topology, job, token);
            if (status is { State: ContainerState.Failing, Run: { } run } && Interlocked.Decrement(ref lastWords) >= 0)
            {
                status = status with { Reason = WithLastWords(status.Reason, await LastWordsAsync(topology, job, run, token)) };
            }

            known.Add(status);
        });
        return
        [
            .. known
                .Concat(planned.Except(present.Select(job => job.Container)).Select(id => new ContainerStatus
                {
                    Container = id,
                    State = ContainerState.Missing,
                    Reason = "Nomad has no job for it",
                }))
                .OrderBy(status => status.Container),
        ];
    }

    /// <inheritdoc/>
    public async IAsyncEnumerable<ContainerChange> WatchAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var pause = ShortestPause;
        while (true)
        {
            // Everything may have changed while nobody listened.
            yield return new ContainerChange(null, null);
            await using var events = client.EventsAsync(EventSilence, time, () => pause = ShortestPause, cancellationToken)
                .GetAsyncEnumerator(cancellationToken);
            while (await NextAsync(events) is { } batch)
            {
                foreach (var change in batch.SelectMany(Jobs).Distinct(StringComparer.Ordinal).Select(Change).OfType<ContainerChange>())
                {
                    yield return change;
                }
            }

            cancellationToken.ThrowIfCancellationRequested();
            await Task.Delay(pause, time, cancellationToken);
            pause = pause * 2 < LongestPause ? pause * 2 : LongestPause;
        }
    }

    private static IEnumerable<string> Jobs(NomadEvent happened) =>
        happened.Topic == "Job" ? [happened.Key] : (happened.FilterKeys ?? []).OfType<string>();

    private static ContainerChange? Change(string job)
    {
        var dash = job.LastIndexOf('-');
        return dash > 0 && JobNames.ContainerOf(job, job[..dash]) is { } container
            ? new ContainerChange(job[..dash], container)
            : null;
    }

    private async Task<IReadOnlyList<NomadEvent>?> NextAsync(IAsyncEnumerator<IReadOnlyList<NomadEvent>> events)
    {
        try
        {
            return await events.MoveNextAsync() ? events.Current : null;
        }
        catch (Exception fault) when (fault is HeronException or HttpRequestException or TimeoutException or IOException)
        {
            Log.NotWatching(logger, fault.Message);
            return null;
        }
    }

    private async Task<ContainerStatus> StatusAsync(TopologyIdentity topology, OwnJob job, CancellationToken cancellationToken)
    {
        var allocations = (await client.AllocationsAsync(job.Id, cancellationToken)).OrderByDescending(a => a.CreateIndex).ToList();
        var page = client.HasSocket ? null : $"{client.Address}/ui/jobs/{Uri.EscapeDataString(job.Id)}";
        var status = new ContainerStatus { Container = job.Container, State = ContainerState.Pending, Page = page };
        if (allocations.Count == 0)
        {
            return job.IsStopped
                ? status with { State = ContainerState.Stopped }
                : status with { Reason = await NoPlaceAsync(job, cancellationToken) ?? "Nomad has not decided yet where it runs" };
        }

        var name = JobNames.Of(topology.Name, job.Container);
        var current = allocations[0];
        var task = current.MainTask(name);
        var (ports, addresses) = await _ports.OfAsync(current, cancellationToken);
        var runs = allocations.Where(a => a.JobVersion == current.JobVersion).ToList();
        status = status with
        {
            Node = current.NodeName.Length > 0 ? current.NodeName : null,
            Addresses = addresses,
            Ports = ports,
            Run = current.ID,
            Page = client.HasSocket ? null : $"{client.Address}/ui/allocations/{current.ID}",
            Restarts = runs.Count - 1 + runs.Sum(a => a.MainTask(name)?.Restarts ?? 0),
            LastExit = allocations.Select(a => AllocationText.LastExit(a.MainTask(name))).FirstOrDefault(exit => exit is not null),
            Since = AllocationText.Moment(current.ModifyTime) ?? AllocationText.Moment(current.CreateTime),
        };
        if (job.IsStopped)
        {
            return status with { State = ContainerState.Stopped };
        }

        return current.ClientStatus switch
        {
            "running" or "pending" => Alive(status, current, task),
            "lost" => status with { State = ContainerState.Lost, Reason = $"its node {current.NodeName} is lost" + await AndNoPlaceAsync(job, cancellationToken) },
            "unknown" => status with { State = ContainerState.Lost, Reason = $"its node {current.NodeName} is not connected" },
            _ => status with
            {
                State = ContainerState.Failing,
                Reason = (AllocationText.Failure(task) ?? $"its allocation is {current.ClientStatus}") + await AndNoPlaceAsync(job, cancellationToken),
            },
        };
    }

    /// <summary>Of an allocation that Nomad keeps alive, the task tells more.</summary>
    private ContainerStatus Alive(ContainerStatus status, NomadAllocation allocation, NomadTaskState? task)
    {
        var restarting = (task?.Events ?? []).OfType<NomadTaskEvent>().LastOrDefault()?.Type == NomadTaskEvent.Restarting;
        if (restarting && task!.State != "running")
        {
            return status with
            {
                State = ContainerState.Failing,
                Since = status.LastExit?.At ?? status.Since,
                Reason = AllocationText.Failure(task),
            };
        }

        if (task?.State != "running")
        {
            var last = (task?.Events ?? []).OfType<NomadTaskEvent>().LastOrDefault();
            return status with
            {
                State = ContainerState.Starting,
                Since = AllocationText.Moment(allocation.CreateTime) ?? status.Since,
                Reason = last?.DisplayMessage is { Length: > 0 } words ? NomadErrorText.Innermost(words) : null,
            };
        }

        var started = task.StartedAt ?? status.Since;
        return task.Restarts > 0 && started is { } moment && time.GetUtcNow() - moment < Steady
            ? status with { State = ContainerState.Failing, Since = started, Reason = AllocationText.Failure(task) }
            : status with { State = ContainerState.Running, Since = started };
    }

    private async Task<string> AndNoPlaceAsync(OwnJob job, CancellationToken cancellationToken) =>
        await NoPlaceAsync(job, cancellationToken) is { } reason ? $"; there is no place for a new one: {reason}" : "";

    /// <summary>Why Nomad has no place for a job; null when it has one, or has not said yet.</summary>
    private async Task<string?> NoPlaceAsync(OwnJob job, CancellationToken cancellationToken)
    {
        var evaluations = (await client.EvaluationsAsync(job.Id, cancellationToken)).OrderByDescending(e => e.CreateIndex).ToList();
        var failed = evaluations.FirstOrDefault(e => e.FailedTGAllocs is { Count: > 0 });
        var placed = evaluations.FirstOrDefault(e => e.Status == "complete" && e.FailedTGAllocs is null or { Count: 0 });
        if (failed is null || placed?.CreateIndex > failed.CreateIndex)
        {
            return null;
        }

        var failure = failed.FailedTGAllocs!.Values.FirstOrDefault() ?? new NomadPlacementFailure();
        return PlacementText.Explain(
            await client.GetAsync(job.Id, cancellationToken) is { } source ? AskedResources.Of(source) : AskedResources.Unknown, failure);
    }

    private async Task<string?> LastWordsAsync(TopologyIdentity topology, OwnJob job, string allocation, CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(LastWordsLimit, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, limit.Token);
        try
        {
            using var response = await client.OutputAsync(
                allocation, JobNames.Of(topology.Name, job.Container), "stderr", LastWordsBytes, follow: false, either.Token);
            await using var stream = await response.Content.ReadAsStreamAsync(either.Token);
            var buffer = new byte[LastWordsBytes * 2];
            var count = await stream.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, either.Token);
            return LastWords.Of(Encoding.UTF8.GetString(buffer, 0, count));
        }
        catch (Exception away) when (away is HeronException or HttpRequestException or IOException
            || (away is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            // The node may be gone, or the token may not read logs: Nomad's own words have to do.
            return null;
        }
    }

    private static string? WithLastWords(string? reason, string? words) =>
        words is null ? reason : reason is null ? $"its last words: {words}" : $"{reason}; its last words: {words}";

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Debug, Message = "Nomad's events are not followed for the moment: {Reason}")]
        public static partial void NotWatching(ILogger logger, string reason);
    }
}
