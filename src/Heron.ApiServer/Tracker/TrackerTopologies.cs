// SPDX-License-Identifier: Apache-2.0
using System.Text.Json.Nodes;
using Heron.Core.Protobuf;
using Heron.Core.State;
using Heron.Operations;

namespace Heron.ApiServer.Tracker;

/// <summary>The tracker's routes that need the state alone. They answer from memory: UIs ask for all topologies every few seconds.</summary>
internal sealed class TrackerTopologies(IStateManager state, ServedCluster served)
{
    /// <summary>Finds the topology that a request names.</summary>
    /// <exception cref="TrackerException">There is none of that name, there.</exception>
    public async Task<TopologySnapshot> FindAsync(
        string cluster, string environ, string? role, string name, CancellationToken cancellationToken)
    {
        var topology = (await state.View.GetAsync(cancellationToken)).Find(name);
        return topology is { IsRegistered: true, ExecutionState.Value: { } execution }
            && execution.Cluster == cluster
            && execution.Environ == environ
            && (role is null or "" || execution.Role == role)
                ? topology
                : throw new TrackerException(PythonText.Repr(
                    role is null
                        ? $"Topology not found for {cluster}, {environ}, {name}"
                        : $"Topology not found for {cluster}, {role}, {environ}, {name}"));
    }

    /// <summary>The clusters that there are topologies of, and the one that this server serves.</summary>
    public async Task<JsonNode> ClustersAsync(CancellationToken cancellationToken)
    {
        var topologies = await ListAsync([], [], null, cancellationToken);
        return new JsonArray([.. topologies.Select(t => t.ExecutionState.Value!.Cluster).Prepend(served.Name)
            .Where(c => c.Length > 0).Distinct(StringComparer.Ordinal).Select(c => JsonValue.Create(c))]);
    }

    /// <summary>Names by cluster, role and environment.</summary>
    public async Task<JsonNode> NamesAsync(TrackerParameters parameters, CancellationToken cancellationToken)
    {
        var role = parameters.Optional("role");
        var topologies = await ListAsync(
            parameters.Many("cluster"), parameters.Many("environ"), role, cancellationToken);
        return Nested(
            topologies,
            e => e.Cluster,
            e => e.Role,
            (execution, group) => new JsonObject(group.GroupBy(t => t.ExecutionState.Value!.Environ)
                .Select(g => KeyValuePair.Create<string, JsonNode?>(g.Key, new JsonArray([.. g.Select(t => JsonValue.Create(t.Name))])))));
    }

    /// <summary>Execution states by cluster, environment and name.</summary>
    public async Task<JsonNode> StatesAsync(TrackerParameters parameters, CancellationToken cancellationToken)
    {
        var topologies = await ListAsync(
            parameters.Many("cluster"), parameters.Many("environ"), parameters.Optional("role"), cancellationToken);
        return Nested(
            topologies,
            e => e.Cluster,
            e => e.Environ,
            (_, group) => new JsonObject(
                group.Select(t => KeyValuePair.Create<string, JsonNode?>(t.Name, TrackerViews.ExecutionState(t)))));
    }

    /// <summary>Hosts of stream managers by cluster, environment and name.</summary>
    public async Task<JsonNode> MachinesAsync(TrackerParameters parameters, CancellationToken cancellationToken)
    {
        var (clusters, environs, names) = (parameters.Many("cluster"), parameters.Many("environ"), parameters.Many("topology"));
        if (names.Count > 0 && (clusters.Count == 0 || environs.Count == 0))
        {
            throw new TrackerException("If topology names are provided then cluster and environ names must be provided");
        }

        var topologies = await ListAsync(clusters, environs, null, cancellationToken);
        return Nested(
            topologies.Where(t => names.Count == 0 || names.Contains(t.Name)),
            e => e.Cluster,
            e => e.Environ,
            (_, group) => new JsonObject(group.Select(t => KeyValuePair.Create<string, JsonNode?>(
                t.Name, new JsonArray([.. (t.PhysicalPlan.Value?.Stmgrs ?? []).Select(s => JsonValue.Create(s.HostName))])))));
    }

    private static JsonObject Nested(
        IEnumerable<TopologySnapshot> topologies,
        Func<ExecutionState, string> outer,
        Func<ExecutionState, string> inner,
        Func<string, IEnumerable<TopologySnapshot>, JsonObject> leaf) => new(
        topologies.GroupBy(t => outer(t.ExecutionState.Value!)).Select(o => KeyValuePair.Create<string, JsonNode?>(
            o.Key,
            new JsonObject(o.GroupBy(t => inner(t.ExecutionState.Value!))
                .Select(i => KeyValuePair.Create<string, JsonNode?>(i.Key, leaf(i.Key, i)))))));

    private async Task<IReadOnlyList<TopologySnapshot>> ListAsync(
        IReadOnlyList<string> clusters, IReadOnlyList<string> environs, string? role, CancellationToken cancellationToken)
    {
        var view = await state.View.GetAsync(cancellationToken);
        return [.. view.Topologies.Where(t => t is { IsRegistered: true, ExecutionState.Value: { } execution }
            && (clusters.Count == 0 || clusters.Contains(execution.Cluster))
            && (environs.Count == 0 || environs.Contains(execution.Environ))
            && (role is null or "" || execution.Role == role))];
    }
}
