// SPDX-License-Identifier: Apache-2.0
using System.Collections.Concurrent;
using Heron.Core.Topologies;
using Heron.Scheduler.Nomad.Client;
using Heron.Scheduler.Nomad.Jobs;
using Heron.Scheduler.Nomad.Model;

namespace Heron.Scheduler.Nomad.Placement;

/// <summary>
/// Finds out what became of registered jobs. That Nomad accepts a job says only that it is stored; whether it has a place
/// is in its evaluation. One list of the topology's jobs settles nearly all of them at once; only those that it leaves open
/// are asked for one by one.
/// </summary>
internal sealed class PlacementWatcher(NomadClient client, TimeProvider time)
{
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(1);

    /// <summary>Waits until every job has a place or a reason why it has none, at most for the given time.</summary>
    /// <returns>A sentence for each reason, with the containers that it concerns.</returns>
    public async Task<IReadOnlyList<string>> FollowAsync(
        TopologyIdentity topology, IReadOnlyList<PlacedJob> jobs, TimeSpan limit, CancellationToken cancellationToken)
    {
        var open = jobs.ToDictionary(j => j.Id, StringComparer.Ordinal);
        var reasons = new ConcurrentDictionary<int, string>();
        var start = time.GetTimestamp();
        var pause = FirstPause;
        for (var round = 1; ; round++)
        {
            foreach (var placed in await SettledByListAsync(topology, open, reasons, cancellationToken))
            {
                open.Remove(placed);
            }

            // At first Nomad has had no time to decide: asking for each evaluation would be in vain.
            if (round > 1)
            {
                foreach (var settled in await SettledByEvaluationAsync(open.Values, reasons, cancellationToken))
                {
                    open.Remove(settled);
                }
            }

            var left = limit - time.GetElapsedTime(start);
            if (open.Count == 0 || left <= TimeSpan.Zero)
            {
                break;
            }

            await Task.Delay(pause < left ? pause : left, time, cancellationToken);
            pause = pause * 2 < LongestPause ? pause * 2 : LongestPause;
        }

        foreach (var job in open.Values)
        {
            reasons[job.Container] = await ReasonOfAnotherEvaluationAsync(job, cancellationToken)
                ?? $"Nomad has not decided within {limit.TotalSeconds:0} s where it runs";
        }

        return
        [
            .. reasons.GroupBy(r => r.Value, r => r.Key, StringComparer.Ordinal)
                .OrderBy(g => g.Min())
                .Select(g => $"{PlacementText.Containers(g)} cannot run yet: {g.Key}"),
        ];
    }

    private async Task<List<string>> SettledByListAsync(
        TopologyIdentity topology,
        Dictionary<string, PlacedJob> open,
        ConcurrentDictionary<int, string> reasons,
        CancellationToken cancellationToken)
    {
        var settled = new List<string>();
        foreach (var stub in await client.ListAsync(JobNames.Prefix(topology.Id), cancellationToken))
        {
            if (!open.TryGetValue(stub.ID, out var job) || stub.JobSummary?.Summary is not { } groups)
            {
                continue;
            }

            if (groups.Values.Any(g => g?.Running > 0 || g?.Starting > 0))
            {
                settled.Add(stub.ID);
            }
            else if (groups.Values.Any(g => g?.Failed > 0))
            {
                settled.Add(stub.ID);
                var allocations = await client.AllocationsAsync(stub.ID, cancellationToken);
                reasons[job.Container] = allocations.OrderBy(a => a.CreateIndex)
                    .Select(a => AllocationText.Failure(a.MainTask(JobNames.Of(topology.Name, job.Container)))).LastOrDefault()
                    ?? "its task failed";
            }
        }

        return settled;
    }

    private async Task<IReadOnlyCollection<string>> SettledByEvaluationAsync(
        IReadOnlyCollection<PlacedJob> jobs, ConcurrentDictionary<int, string> reasons, CancellationToken cancellationToken)
    {
        var settled = new ConcurrentBag<string>();
        await Parallel.ForEachAsync(jobs.ToList(), client.AtOnce(cancellationToken), async (job, token) =>
        {
            var evaluation = await EvaluationAsync(job, token);
            switch (evaluation?.Status)
            {
                case "complete" when evaluation.FailedTGAllocs is { Count: > 0 } failed:
                    reasons[job.Container] = PlacementText.Explain(job.Asked, failed.Values.First() ?? new NomadPlacementFailure());
                    settled.Add(job.Id);
                    break;
                case "complete":
                    settled.Add(job.Id);
                    break;
                case "failed":
                    reasons[job.Container] = $"Nomad could not schedule it: {evaluation.StatusDescription}";
                    settled.Add(job.Id);
                    break;
                default:
                    break;
            }
        });
        return settled;
    }

    /// <summary>
    /// While the evaluation of the registration waits, an earlier one of the same job, such as that of a deregistration a moment
    /// before, may already have said why there is no place.
    /// </summary>
    private async Task<string?> ReasonOfAnotherEvaluationAsync(PlacedJob job, CancellationToken cancellationToken)
    {
        var all = await client.EvaluationsAsync(job.Id, cancellationToken);
        var last = all.Where(e => e.FailedTGAllocs is { Count: > 0 }).OrderBy(e => e.CreateIndex).LastOrDefault();
        return last is null ? null : PlacementText.Explain(job.Asked, last.FailedTGAllocs!.Values.First() ?? new NomadPlacementFailure());
    }

    private async Task<NomadEvaluation?> EvaluationAsync(PlacedJob job, CancellationToken cancellationToken)
    {
        if (job.Evaluation is { } id
            && await client.EvaluationAsync(id, cancellationToken) is { Status: not ("cancelled" or "canceled") } named)
        {
            return named;
        }

        var all = await client.EvaluationsAsync(job.Id, cancellationToken);
        return all.Where(e => e.Status != "blocked").OrderBy(e => e.CreateIndex).LastOrDefault();
    }
}
