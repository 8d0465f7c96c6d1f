// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using System.Text.Json.Nodes;
using Heron.Core.Daemons;
using Heron.Core.State;
using Heron.Core.Topologies;
using Heron.Operations.Observe.Queries;

namespace Heron.ApiServer.Tracker;

/// <summary>The tracker's routes that ask daemons of the topology.</summary>
internal sealed class TrackerDaemons(ITopologyStats stats, IContainerShells shells, TrackerFiles containerFiles, MetricQueries queries)
{
    // What heron-ui sends for "as much as there is".
    private const long Rest = -1;

    /// <summary>Values of metrics over a window.</summary>
    public async Task<JsonNode> MetricsAsync(
        TopologySnapshot topology, string component, TrackerParameters parameters, CancellationToken cancellationToken)
    {
        var answer = await stats.GetMetricsAsync(
            IdentityOf(topology),
            new MetricQuestion(component, parameters.Many("metricname"))
            {
                Instances = parameters.Many("instance"),
                Window = parameters.Number("interval", -1),
            },
            cancellationToken);
        return new JsonObject
        {
            ["interval"] = answer.Interval,
            ["component"] = component,
            ["metrics"] = ByMetric(answer, s => JsonValue.Create(s.Value ?? "")),
        };
    }

    /// <summary>Values of metrics minute by minute.</summary>
    /// <param name="topology">Whose.</param>
    /// <param name="component">Of which component.</param>
    /// <param name="range">From and to.</param>
    /// <param name="parameters">The rest.</param>
    /// <param name="asText">Whether values are texts, as the route before 0.20.5 gives them.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public async Task<JsonNode> TimelineAsync(
        TopologySnapshot topology,
        string component,
        TimeRange range,
        TrackerParameters parameters,
        bool asText,
        CancellationToken cancellationToken)
    {
        var answer = await stats.GetMetricsAsync(
            IdentityOf(topology),
            new MetricQuestion(component, parameters.Many("metricname"))
            {
                Instances = parameters.Many("instance"),
                Between = (range.Start, range.End),
                Minutely = true,
            },
            cancellationToken);
        return new JsonObject
        {
            ["component"] = component,
            ["starttime"] = range.Start,
            ["endtime"] = range.End,
            ["timeline"] = ByMetric(answer, s => new JsonObject(s.Minutes
                .Select(m => KeyValuePair.Create(Text(m.Start), Value(m.Value, asText)))
                .Where(m => m.Value is not null).DistinctBy(m => m.Key))),
        };
    }

    /// <summary>The timelines of a query.</summary>
    public async Task<JsonNode> QueryAsync(
        TopologySnapshot topology, string query, TimeRange range, CancellationToken cancellationToken)
    {
        var timelines = await queries.RunAsync(IdentityOf(topology), query, range, cancellationToken);
        return new JsonObject
        {
            ["starttime"] = range.Start,
            ["endtime"] = range.End,
            ["timeline"] = new JsonArray([.. timelines.Select(t => new JsonObject
            {
                ["instance"] = t.Instance,
                ["data"] = new JsonObject(t.Values.Where(v => double.IsFinite(v.Value))
                    .Select(v => KeyValuePair.Create<string, JsonNode?>(Text(v.Key), PythonText.Number(v.Value)))),
            })]),
        };
    }

    /// <summary>What there is of the topology, with the stream managers that have registered.</summary>
    public async Task<JsonNode> RuntimeStateAsync(TopologySnapshot topology, CancellationToken cancellationToken)
    {
        var managers = await stats.GetStreamManagersAsync(IdentityOf(topology), cancellationToken);
        return TrackerViews.RuntimeState(
            topology, [.. managers.Registered.Select(m => (m, true)), .. managers.Absent.Select(m => (m, false))]);
    }

    /// <summary>Exceptions with their stack traces.</summary>
    public async Task<JsonNode> ExceptionsAsync(
        TopologySnapshot topology, string component, TrackerParameters parameters, CancellationToken cancellationToken) =>
        new JsonArray([.. (await ReadExceptionsAsync(topology, component, parameters, false, cancellationToken)).Select(e => new JsonObject
        {
            ["hostname"] = e.Host,
            ["instance_id"] = e.Instance,
            ["stacktrace"] = e.Text,
            ["lasttime"] = e.Last,
            ["firsttime"] = e.First,
            ["count"] = Text(e.Count),
            ["logging"] = e.Logging,
        })]);

    /// <summary>Exceptions by class.</summary>
    public async Task<JsonNode> ExceptionSummaryAsync(
        TopologySnapshot topology, string component, TrackerParameters parameters, CancellationToken cancellationToken) =>
        new JsonArray([.. (await ReadExceptionsAsync(topology, component, parameters, true, cancellationToken)).Select(e => new JsonObject
        {
            ["class_name"] = e.Text,
            ["lasttime"] = e.LastTime?.ToUnixTimeSeconds() ?? 0,
            ["firsttime"] = e.FirstTime?.ToUnixTimeSeconds() ?? 0,
            ["count"] = Text(e.Count),
        })]);

    /// <summary>The process id of an instance.</summary>
    public async Task<JsonNode> PidAsync(TopologySnapshot topology, string instance, CancellationToken cancellationToken) =>
        Output(await shells.PidAsync(IdentityOf(topology), ContainerOf(topology, instance), instance, cancellationToken));

    /// <summary>What a tool of the JVM says of an instance.</summary>
    public async Task<JsonNode> RunAsync(
        TopologySnapshot topology, JvmTool tool, string instance, CancellationToken cancellationToken) =>
        Output(await shells.RunAsync(IdentityOf(topology), ContainerOf(topology, instance), tool, instance, cancellationToken));

    /// <summary>The entries of a folder.</summary>
    public async Task<JsonNode> FilesAsync(
        TopologySnapshot topology, string container, string path, CancellationToken cancellationToken)
    {
        var files = await containerFiles.ListAsync(IdentityOf(topology), ContainerNumber(topology, container), path, cancellationToken);
        return new JsonObject(files.Select(f => KeyValuePair.Create<string, JsonNode?>(
            f.Key,
            new JsonObject { ["formatted_stat"] = f.Value.Line, ["is_dir"] = f.Value.IsFolder, ["path"] = f.Value.Path })));
    }

    /// <summary>A piece of a file.</summary>
    public async Task<JsonNode> FileDataAsync(
        TopologySnapshot topology, string container, string path, long offset, long length, CancellationToken cancellationToken)
    {
        var slice = await containerFiles.ReadAsync(
            IdentityOf(topology),
            ContainerNumber(topology, container),
            path,
            offset,
            length == Rest ? long.MaxValue : length,
            cancellationToken);
        if (slice.Data is not { } data)
        {
            return new JsonObject { ["offset"] = slice.Offset, ["length"] = slice.Length };
        }

        // As the shell gives it: heron-ui puts it into its page as it is.
        var shown = data
            .Replace("&", "&amp;", StringComparison.Ordinal)
            .Replace("<", "&lt;", StringComparison.Ordinal)
            .Replace(">", "&gt;", StringComparison.Ordinal);
        return new JsonObject { ["offset"] = slice.Offset, ["length"] = shown.EnumerateRunes().Count(), ["data"] = shown };
    }

    /// <summary>A whole file, into the answer.</summary>
    public async Task DownloadAsync(
        TopologySnapshot topology, string container, string path, HttpContext context, CancellationToken cancellationToken)
    {
        var number = ContainerNumber(topology, container);
        await containerFiles.DownloadAsync(
            IdentityOf(topology),
            number,
            path,
            () =>
            {
                var name = path[(path.LastIndexOf('/') + 1)..];
                context.Response.Headers.ContentDisposition =
                    new Microsoft.Net.Http.Headers.ContentDispositionHeaderValue("attachment") { FileName = name.All(IsPlain) ? name : "file" }.ToString();
                context.Response.ContentType = "application/octet-stream";
                return context.Response.Body;
            },
            cancellationToken);
    }

    private static bool IsPlain(char c) => char.IsAsciiLetterOrDigit(c) || c is '.' or '-' or '_';

    private static TopologyIdentity IdentityOf(TopologySnapshot topology)
    {
        var execution = topology.ExecutionState.Value!;
        return new TopologyIdentity(
            execution.Cluster, execution.Role, execution.Environ, execution.TopologyName, execution.TopologyId);
    }

    private static int ContainerOf(TopologySnapshot topology, string instance) =>
        topology.PhysicalPlan.Value?.Instances.FirstOrDefault(i => i.InstanceId == instance) is { } found
            ? ContainerNumber(topology, found.StmgrId["stmgr-".Length..])
            : throw new TrackerException(PythonText.Repr(instance));

    // Only what the physical plan names: a number such as 01 is none.
    private static int ContainerNumber(TopologySnapshot topology, string container) =>
        (topology.PhysicalPlan.Value?.Stmgrs ?? []).Any(s => s.Id == $"stmgr-{container}")
        && int.TryParse(container, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? number
            : throw new TrackerException(PythonText.Repr($"stmgr-{container}"));

    private static JsonObject ByMetric(MetricAnswer answer, Func<MetricSeries, JsonNode?> show) => new(
        answer.Series.GroupBy(s => s.Metric).Select(g => KeyValuePair.Create<string, JsonNode?>(
            g.Key,
            new JsonObject(g.DistinctBy(s => s.Instance).Select(s => KeyValuePair.Create(s.Instance, show(s)))))));

    private static JsonNode? Value(string text, bool asText) => (MetricNumber.Parse(text), asText) switch
    {
        ({ } number, true) => JsonValue.Create(PythonText.Repr(number)),
        ({ } number, false) => PythonText.Number(number),
        (null, true) => JsonValue.Create("nan"),
        (null, false) => null,
    };

    private static JsonObject Output(ShellOutput output) => new()
    {
        ["command"] = output.Command,
        ["stdout"] = output.Stdout,
        ["stderr"] = output.Stderr,
    };

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);

    private async Task<IReadOnlyList<ExceptionEntry>> ReadExceptionsAsync(
        TopologySnapshot topology, string component, TrackerParameters parameters, bool summary, CancellationToken cancellationToken) =>
        await stats.GetExceptionsAsync(IdentityOf(topology), component, parameters.Many("instance"), summary, cancellationToken)
        ?? throw new TrackerException("Unknown component");
}
