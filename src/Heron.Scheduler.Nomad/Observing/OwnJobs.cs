// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using System.Text.RegularExpressions;
using Heron.Core.Scheduling;
using Heron.Scheduler.Nomad.Client;
using Heron.Scheduler.Nomad.Jobs;
using Heron.Scheduler.Nomad.Model;

namespace Heron.Scheduler.Nomad.Observing;

/// <summary>
/// Finds the jobs of Heron among all of a namespace, by what they say themselves: shape of id and name first, which a list
/// has, then the meta data. What the Java server's jobs do not say there, cluster, role and environment, they say in the
/// executor's command line.
/// </summary>
internal sealed partial class OwnJobs(NomadClient client)
{
    /// <summary>The topologies that have jobs which are not stopped, those of one name or all.</summary>
    /// <param name="name">The name, or null.</param>
    /// <param name="known">Ids of topologies that are left out, without being looked at.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public async Task<IReadOnlyList<ScheduledTopology>> FindAsync(
        string? name, IReadOnlySet<string> known, CancellationToken cancellationToken)
    {
        var candidates =
            from stub in await client.ListAsync("", cancellationToken)
            where !stub.Stop
            let container = ContainerIn(stub)
            where container is not null && (name is null || stub.Name == JobNames.Of(name, container.Value))
            group (Stub: stub, Container: container.Value) by stub.ID[..^(container.Value.ToString(CultureInfo.InvariantCulture).Length + 1)];
        var groups = candidates.Where(group => !known.Contains(group.Key)).ToList();
        var found = new ScheduledTopology?[groups.Count];
        await Parallel.ForAsync(0, groups.Count, client.AtOnce(cancellationToken), async (i, token) =>
        {
            // All containers of a topology say the same: any of them tells whose they are.
            foreach (var (stub, _) in groups[i])
            {
                if (await OwnerAsync(stub, groups[i].Key, token) is { } owner)
                {
                    found[i] = owner with { Containers = [.. groups[i].Select(job => job.Container).Order()] };
                    break;
                }
            }
        });
        return [.. found.OfType<ScheduledTopology>().OrderBy(topology => topology.Id, StringComparer.Ordinal)];
    }

    /// <summary>The container's number, when a job has the id and the name of one: both end with it.</summary>
    private static int? ContainerIn(NomadJobStub stub)
    {
        var dash = stub.ID.LastIndexOf('-');
        return dash > 0
            && JobNames.ContainerOf(stub.ID, stub.ID[..dash]) is { } container
            && stub.Name.EndsWith(stub.ID[dash..], StringComparison.Ordinal)
                ? container
                : null;
    }

    private async Task<ScheduledTopology?> OwnerAsync(NomadJobStub stub, string id, CancellationToken cancellationToken)
    {
        var meta = stub.Meta ?? (await client.OwnerAsync(stub.ID, cancellationToken))?.Meta;
        if (meta is null || meta.GetValueOrDefault(JobNames.MetaTopologyId) != id
            || meta.GetValueOrDefault(JobNames.MetaTopologyName) is not { } name)
        {
            return null;
        }

        var (cluster, role, environment) = (
            meta.GetValueOrDefault(JobNames.MetaCluster),
            meta.GetValueOrDefault(JobNames.MetaRole),
            meta.GetValueOrDefault(JobNames.MetaEnvironment));
        if (cluster is null && await client.GetAsync(stub.ID, cancellationToken) is { } job && JobPackage.CommandOf(job) is { } command)
        {
            (cluster, role, environment) = (Flag(command, "cluster"), Flag(command, "role"), Flag(command, "environment"));
        }

        return new ScheduledTopology(name, id, cluster, role, environment, []);
    }

    /// <summary>The value of a flag of the executor, if it is plain; what is quoted is not worth a shell's parser.</summary>
    private static string? Flag(string command, string flag) =>
        Flags().Matches(command).FirstOrDefault(match => match.Groups["flag"].Value == flag) is { } found
            ? found.Groups["value"].Value
            : null;

    [GeneratedRegex(@"(?<=^|\s)--(?<flag>[a-z-]+)=(?<value>[A-Za-z0-9._/@+-]*)(?=\s|$)")]
    private static partial Regex Flags();
}
