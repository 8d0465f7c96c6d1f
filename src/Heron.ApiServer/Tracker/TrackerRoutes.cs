// SPDX-License-Identifier: Apache-2.0
using System.Text.Json.Nodes;
using Heron.ApiServer.Access;
using Heron.Core.Daemons;
using Heron.Core.State;
using Heron.Operations.Observe.Queries;

namespace Heron.ApiServer.Tracker;

/// <summary>The routes of the stock tracker 0.20.5.</summary>
internal sealed class TrackerRoutes
{
    private const string Topology = "cluster! environ! topology! role";
    private const string Component = "cluster! environ! component! topology! *metricname *instance";
    private const string Window = "cluster! environ! component! #starttime! #endtime! topology! *metricname *instance role";

    private readonly TrackerTopologies _topologies;
    private readonly TrackerDaemons _daemons;

    /// <summary>Makes the table.</summary>
    public TrackerRoutes(TrackerTopologies topologies, TrackerDaemons daemons)
    {
        _topologies = topologies;
        _daemons = daemons;
        All =
        [
            State("/clusters", "", (_, stop) => topologies.ClustersAsync(stop)),
            State("/machines", "*cluster *environ *topology", topologies.MachinesAsync),
            State("/topologies", "role *cluster *environ", topologies.NamesAsync),
            State("/topologies/states", "*cluster *environ role", topologies.StatesAsync),
            View("/topologies/info", TrackerViews.Info),
            View("/topologies/config", t => TrackerConfig.WithNumbers(TrackerConfig.Of(t.PhysicalPlan.Value?.Topology.TopologyConfig))),
            View("/topologies/packingplan", t => TrackerViews.PackingPlan(t.PackingPlan.Value)),
            View("/topologies/physicalplan", t => TrackerViews.PhysicalPlan(t.PhysicalPlan.Value)),
            View("/topologies/executionstate", TrackerViews.ExecutionState),
            View("/topologies/schedulerlocation", t => TrackerViews.SchedulerLocation(t.SchedulerLocation.Value)),
            View("/topologies/metadata", TrackerViews.Metadata),
            View("/topologies/logicalplan", TrackerViews.LogicalPlan),
            Of("/topologies/runtimestate", "cluster! environ! role topology!", async (t, _, stop) => await _daemons.RuntimeStateAsync(t, stop)),
            Of(
                "/topologies/metrics",
                Component + " #interval role",
                async (t, p, stop) => await _daemons.MetricsAsync(t, p.Text("component"), p, stop)),
            Of("/topologies/metrics/timeline", Window, (t, p, stop) => TimelineAsync(t, p, asText: false, stop)),
            Of("/topologies/metricstimeline", Window, (t, p, stop) => TimelineAsync(t, p, asText: true, stop)),
            Of(
                "/topologies/metrics/query",
                "cluster! environ! query! role #starttime! #endtime! topology!",
                async (t, p, stop) => await _daemons.QueryAsync(t, p.Text("query"), RangeOf(p), stop)),
            Of(
                "/topologies/exceptions",
                Component + " role",
                async (t, p, stop) => await _daemons.ExceptionsAsync(t, p.Text("component"), p, stop)),
            Of(
                "/topologies/exceptionsummary",
                Component + " role",
                async (t, p, stop) => await _daemons.ExceptionSummaryAsync(t, p.Text("component"), p, stop)),
            Instance("pid", _daemons.PidAsync),
            Instance("jstack", (t, i, stop) => _daemons.RunAsync(t, JvmTool.Jstack, i, stop)),
            Instance("jmap", (t, i, stop) => _daemons.RunAsync(t, JvmTool.Jmap, i, stop)),
            Instance("histo", (t, i, stop) => _daemons.RunAsync(t, JvmTool.Histo, i, stop)),
            Of(
                "/topologies/container/filestats",
                "cluster! environ! container! path! topology! role",
                async (t, p, stop) => await _daemons.FilesAsync(t, p.Text("container"), p.Text("path"), stop)),
            Of(
                "/topologies/container/filedata",
                "cluster! environ! container! path! #offset! #length! topology! role",
                async (t, p, stop) => await _daemons.FileDataAsync(
                    t, p.Text("container"), p.Text("path"), p.Number("offset"), p.Number("length"), stop)),
            new TrackerRoute(
                "/topologies/container/filedownload",
                TrackerParameter.List("cluster! environ! container! path! topology! role"),
                async (p, context, stop) =>
                {
                    await _daemons.DownloadAsync(await FindAsync(p, stop), p.Text("container"), p.Text("path"), context, stop);
                    return null;
                }),
        ];
    }

    /// <summary>All of them.</summary>
    public IReadOnlyList<TrackerRoute> All { get; }

    private static TimeRange RangeOf(TrackerParameters parameters) => new(parameters.Number("starttime"), parameters.Number("endtime"));

    private static TrackerRoute State(
        string path, string parameters, Func<TrackerParameters, CancellationToken, Task<JsonNode>> answer) =>
        new(path, TrackerParameter.List(parameters), async (p, _, stop) => await answer(p, stop));

    private TrackerRoute View(string path, Func<TopologySnapshot, JsonNode> answer) =>
        Of(path, Topology, (topology, _, _) => Task.FromResult(answer(topology)));

    // They run a program beside the instance, which stops it for a while: as on the server's own routes, not for those who only read.
    private TrackerRoute Instance(string name, Func<TopologySnapshot, string, CancellationToken, Task<JsonNode>> answer) => Of(
        "/topologies/" + name, "cluster! environ! instance! topology! role", (t, p, stop) => answer(t, p.Text("instance"), stop)) with
    {
        Right = Right.Operate,
    };

    private TrackerRoute Of(
        string path, string parameters, Func<TopologySnapshot, TrackerParameters, CancellationToken, Task<JsonNode>> answer) =>
        new(path, TrackerParameter.List(parameters), async (p, _, stop) => await answer(await FindAsync(p, stop), p, stop));

    private Task<TopologySnapshot> FindAsync(TrackerParameters parameters, CancellationToken cancellationToken) => _topologies.FindAsync(
        parameters.Text("cluster"), parameters.Text("environ"), parameters.Optional("role"), parameters.Text("topology"), cancellationToken);

    private async Task<JsonNode> TimelineAsync(
        TopologySnapshot topology, TrackerParameters parameters, bool asText, CancellationToken cancellationToken) =>
        await _daemons.TimelineAsync(topology, parameters.Text("component"), RangeOf(parameters), parameters, asText, cancellationToken);
}
