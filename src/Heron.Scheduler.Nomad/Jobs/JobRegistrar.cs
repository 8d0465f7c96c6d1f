// SPDX-License-Identifier: Apache-2.0
using System.Text.Json.Nodes;
using Heron.Core;
using Heron.Core.Topologies;
using Heron.Scheduler.Nomad.Client;
using Heron.Scheduler.Nomad.Model;

namespace Heron.Scheduler.Nomad.Jobs;

/// <summary>
/// Registers jobs with Nomad's check-and-set, so that a repeated request cannot start a container twice, two writers cannot
/// overwrite each other, and a job of somebody else that happens to have the id is never replaced.
/// </summary>
internal sealed class JobRegistrar(NomadClient client)
{
    private const int MostTries = 5;

    /// <summary>Registers a new job; one that the same topology left behind is replaced.</summary>
    /// <exception cref="HeronException"><see cref="FaultKind.Conflict"/>: the id belongs to a job of somebody else.</exception>
    public async Task<NomadRegistration> AddAsync(
        TopologyIdentity topology, JsonObject job, CancellationToken cancellationToken)
    {
        var id = job["ID"]!.GetValue<string>();
        long index = 0;
        for (var tries = 1; ; tries++)
        {
            try
            {
                return await client.RegisterAsync(job, index, cancellationToken);
            }
            catch (NomadException conflict) when (conflict.IsIndexConflict && tries < MostTries)
            {
                var present = await client.GetAsync(id, cancellationToken);
                if (present is not null && !TopologyJobs.Owns(topology, present))
                {
                    throw new HeronException(
                        FaultKind.Conflict,
                        $"Nomad has a job {id} that is not of topology {topology.Cluster}/{topology.Role}/{topology.Environment}/"
                        + $"{topology.Name}; submit the topology under another id, or remove that job",
                        conflict);
                }

                if (present is not null && SameMeta(present, job, JobNames.MetaSubmission) && !IsStopped(present))
                {
                    // Registered by an earlier try whose answer was lost.
                    return new NomadRegistration(null, Index(present), null);
                }

                index = present is null ? 0 : Index(present);
            }
        }
    }

    /// <summary>Registers a job again with a mark that makes Nomad replace its task, the old one ending first.</summary>
    /// <param name="topology">Whose job.</param>
    /// <param name="id">The job.</param>
    /// <param name="mark">Unique to this restart.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>False when the topology has no such job.</returns>
    public async Task<bool> RestartAsync(
        TopologyIdentity topology, string id, string mark, CancellationToken cancellationToken)
    {
        for (var tries = 1; ; tries++)
        {
            var job = await client.GetAsync(id, cancellationToken);
            if (job is null || !TopologyJobs.Owns(topology, job))
            {
                return false;
            }

            if (job["Meta"]?[JobNames.MetaRestart]?.GetValue<string>() == mark)
            {
                // Registered by an earlier try whose answer was lost.
                return true;
            }

            job["Meta"]![JobNames.MetaRestart] = mark;
            // A job that was deregistered without purge would stay dead as it was read.
            job["Stop"] = false;
            try
            {
                await client.RegisterAsync(job, Index(job), cancellationToken);
                return true;
            }
            catch (NomadException conflict) when (conflict.IsIndexConflict && tries < MostTries)
            {
                // Changed since it was read, by somebody else or by an earlier try: read it again.
            }
        }
    }

    private static long Index(JsonObject job) => job["JobModifyIndex"]?.GetValue<long>() ?? 0;

    private static bool IsStopped(JsonObject job) => job["Stop"]?.GetValue<bool>() == true;

    private static bool SameMeta(JsonObject one, JsonObject other, string name) =>
        one["Meta"]?[name]?.GetValue<string>() is { } value && other["Meta"]?[name]?.GetValue<string>() == value;
}
