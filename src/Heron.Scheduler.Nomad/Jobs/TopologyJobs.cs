// SPDX-License-Identifier: Apache-2.0
using System.Text.Json.Nodes;
using Heron.Core.Topologies;
using Heron.Scheduler.Nomad.Client;
using Heron.Scheduler.Nomad.Model;

namespace Heron.Scheduler.Nomad.Jobs;

/// <summary>
/// Finds the jobs of one topology and no others: by the prefix of their ids, by the shape of the id, and by their meta
/// data. Jobs of other owners are never read. Jobs that the Java server registered are found too: they lack some of the meta
/// data, and what they have must fit.
/// </summary>
internal sealed class TopologyJobs(NomadClient client)
{
    /// <summary>The topology's jobs, sorted by container.</summary>
    public async Task<IReadOnlyList<OwnJob>> FindAsync(TopologyIdentity topology, CancellationToken cancellationToken)
    {
        var candidates = await ListAsync(topology, cancellationToken);
        var found = new OwnJob?[candidates.Count];
        await Parallel.ForAsync(0, candidates.Count, client.AtOnce(cancellationToken), async (i, token) =>
        {
            var (stub, container) = candidates[i];
            // Nomad lists meta data from 1.5 on; before, a job has to be read to know whose it is.
            var meta = stub.Meta ?? (await client.OwnerAsync(stub.ID, token))?.Meta;
            if (meta is not null && Owns(topology, meta))
            {
                found[i] = new OwnJob(container, stub.ID, meta.GetValueOrDefault(JobNames.MetaSubmission), stub.Stop);
            }
        });
        return [.. found.OfType<OwnJob>()];
    }

    /// <summary>
    /// Jobs that may be the topology's, by the shape of their ids, sorted by container: for those who read each job anyway and
    /// see then whose it is.
    /// </summary>
    public async Task<IReadOnlyList<(NomadJobStub Stub, int Container)>> ListAsync(
        TopologyIdentity topology, CancellationToken cancellationToken)
    {
        var stubs = await client.ListAsync(JobNames.Prefix(topology.Id), cancellationToken);
        return
        [
            .. from stub in stubs
               let container = JobNames.ContainerOf(stub.ID, topology.Id)
               where container is not null
               orderby container
               select (stub, container.Value),
        ];
    }

    /// <summary>Whether a job's meta data say that it belongs to the topology.</summary>
    public static bool Owns(TopologyIdentity topology, JsonObject job) =>
        job["Meta"] is JsonObject meta
        && Owns(topology, meta.ToDictionary(m => m.Key, m => m.Value?.GetValue<string>() ?? "", StringComparer.Ordinal));

    /// <summary>Whether a job's meta data say that it belongs to the topology.</summary>
    public static bool Owns(TopologyIdentity topology, IReadOnlyDictionary<string, string> meta) =>
        meta.GetValueOrDefault(JobNames.MetaTopologyId) == topology.Id
        && meta.GetValueOrDefault(JobNames.MetaTopologyName) == topology.Name
        && AbsentOr(meta, JobNames.MetaCluster, topology.Cluster)
        && AbsentOr(meta, JobNames.MetaRole, topology.Role)
        && AbsentOr(meta, JobNames.MetaEnvironment, topology.Environment);

    private static bool AbsentOr(IReadOnlyDictionary<string, string> meta, string name, string value) =>
        !meta.TryGetValue(name, out var given) || given == value;
}
