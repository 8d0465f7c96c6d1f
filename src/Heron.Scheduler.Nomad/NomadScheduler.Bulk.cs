// SPDX-License-Identifier: Apache-2.0
using System.Collections.Concurrent;
using System.Globalization;
using System.Text.Json.Nodes;
using Heron.Core;
using Heron.Core.Scheduling;
using Heron.Core.Topologies;
using Heron.Scheduler.Nomad.Client;
using Heron.Scheduler.Nomad.Jobs;
using Heron.Scheduler.Nomad.Placement;

namespace Heron.Scheduler.Nomad;

/// <content>Doing something to many jobs at once: all or none when registering, as many as possible when removing.</content>
internal sealed partial class NomadScheduler
{
    /// <summary>Registers jobs, all or none.</summary>
    private async Task<ScheduleResult> RegisterAllAsync(
        TopologyIdentity topology,
        string submission,
        IReadOnlyList<int> containers,
        Func<int, JsonObject> build,
        PlacementRule placement,
        CancellationToken cancellationToken)
    {
        try
        {
            var placed = await RegisterAsync(topology, containers, build, cancellationToken);
            return await LookAtPlacementsAsync(topology, placed, placement, cancellationToken);
        }
        catch (Exception fault)
        {
            Log.Undoing(_logger, topology.Name, fault is OperationCanceledException ? "another request has ended this one, or the server stops" : fault.Message);
            if (await UndoAsync(topology, submission, containers, MayComeLate(fault)) is not { } left)
            {
                throw;
            }

            // Never a conflict, which says that nothing was begun.
            throw new HeronException(
                fault is HeronException { Kind: not FaultKind.Conflict } known ? known.Kind : FaultKind.Unavailable,
                $"{PeerWords.Clause(fault.Message)}. Besides, {left}",
                fault);
        }
    }

    private async Task<IReadOnlyList<PlacedJob>> RegisterAsync(
        TopologyIdentity topology,
        IReadOnlyList<int> containers,
        Func<int, JsonObject> build,
        CancellationToken cancellationToken)
    {
        var placed = new ConcurrentBag<PlacedJob>();
        await Parallel.ForEachAsync(containers, _client.AtOnce(cancellationToken), async (container, _) =>
        {
            var job = build(container);
            // Requests under way are not cut off when another one fails: what Nomad made of them would be unknown.
            var registration = await _registrar.AddAsync(topology, job, cancellationToken);
            placed.Add(new PlacedJob(container, job["ID"]!.GetValue<string>(), registration.EvalID, AskedResources.Of(job)));
            Log.Registered(_logger, topology.Name, container, job["ID"]!.GetValue<string>());
            Failpoint.Reach($"container {container} is started");
        });
        return [.. placed];
    }

    private async Task<ScheduleResult> LookAtPlacementsAsync(
        TopologyIdentity topology,
        IReadOnlyList<PlacedJob> placed,
        PlacementRule placement,
        CancellationToken cancellationToken)
    {
        if (placement.Policy == PlacementPolicy.Off)
        {
            return ScheduleResult.Clean;
        }

        IReadOnlyList<string> warnings;
        try
        {
            warnings = await _placements.FollowAsync(topology, placed, placement.Wait, cancellationToken);
        }
        catch (HeronException unknown) when (placement.Policy == PlacementPolicy.Warn)
        {
            warnings = [$"it is not known whether Nomad has placed all containers: {unknown.Message}"];
        }

        return placement.Policy == PlacementPolicy.Require && warnings.Count > 0
            ? throw new HeronException(
                FaultKind.Unavailable,
                $"{string.Join(". ", warnings)}. Nothing was started, since {placement.Key} is 'require'")
            : new ScheduleResult(warnings);
    }

    /// <summary>Removes what was registered, also where the answer was lost; null when nothing is left, else a sentence.</summary>
    /// <param name="topology">Whose.</param>
    /// <param name="submission">What registered them: a job of the same topology that was there before is not touched.</param>
    /// <param name="containers">Which were to be registered.</param>
    /// <param name="mayComeLate">Whether one may be registered that nobody waits for any more.</param>
    private async Task<string?> UndoAsync(
        TopologyIdentity topology, string submission, IReadOnlyList<int> containers, bool mayComeLate)
    {
        const int MostRounds = 5;
        using var limit = new CancellationTokenSource(UndoLimit, _time);
        try
        {
            // A request whose connection was cut may still be carried out: look until nothing is there.
            for (var round = 0; round < MostRounds; round++)
            {
                var jobs = await _jobs.FindAsync(topology, limit.Token);
                var ours = jobs.Where(j => j.Submission == submission && containers.Contains(j.Container)).ToList();
                if (ours.Count == 0 && !mayComeLate)
                {
                    return null;
                }

                if (ours.Count == 0)
                {
                    await Task.Delay(LatePause, _time, limit.Token);
                    mayComeLate = false;
                }

                await PurgeAsync(topology, ours, limit.Token);
            }

            return $"jobs of topology '{topology.Name}' come back in Nomad: kill the topology";
        }
        catch (Exception fault) when (fault is HeronException or OperationCanceledException)
        {
            var left = $"jobs {JobNames.Prefix(topology.Id)}* may be left in Nomad ({fault.Message}): kill the topology, or run"
                + " 'nomad job stop -purge' for each";
            Log.NotUndone(_logger, topology.Name, left);
            return left;
        }
    }

    /// <summary>Whether a request was given up before Nomad said what became of it.</summary>
    private static bool MayComeLate(Exception fault) => fault is OperationCanceledException or NomadException { Status: null };

    private Task PurgeAsync(TopologyIdentity topology, IReadOnlyList<OwnJob> jobs, CancellationToken cancellationToken) =>
        ForAllAsync(
            jobs,
            async (job, token) =>
            {
                await _client.PurgeAsync(job.Id, token);
                Log.Deregistered(_logger, topology.Name, job.Container, job.Id);
                Failpoint.Reach($"container {job.Container} is ended");
            },
            job => job.Container,
            $"could not be removed from Nomad; send the request for '{topology.Name}' again",
            cancellationToken);

    /// <summary>Does something for every item, also when it fails for some, and then says for which it failed.</summary>
    private async Task ForAllAsync<T>(
        IReadOnlyList<T> items,
        Func<T, CancellationToken, Task> action,
        Func<T, int> container,
        string failure,
        CancellationToken cancellationToken)
    {
        var failed = new ConcurrentBag<(int Container, HeronException Fault)>();
        await Parallel.ForEachAsync(items, _client.AtOnce(cancellationToken), async (item, token) =>
        {
            try
            {
                await action(item, token);
            }
            catch (HeronException fault)
            {
                failed.Add((container(item), fault));
            }
        });
        if (failed.IsEmpty)
        {
            return;
        }

        var first = failed.OrderBy(f => f.Container).First().Fault;
        throw new HeronException(
            first.Kind,
            string.Create(
                CultureInfo.InvariantCulture,
                $"{failed.Count} of {items.Count} containers ({PlacementText.Containers(failed.Select(f => f.Container))}) {failure}: {first.Message}"),
            first);
    }
}
