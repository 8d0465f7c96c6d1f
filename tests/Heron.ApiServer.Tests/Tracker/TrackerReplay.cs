// SPDX-License-Identifier: Apache-2.0
using System.Collections.Concurrent;
using System.Globalization;
using System.Text.Json.Nodes;
using Google.Protobuf;
using Heron.ApiServer.Tests.Support;
using Heron.Core.Protobuf;
using Heron.Testing;
using Heron.Testing.Daemons;
using Microsoft.Extensions.Primitives;
using Status = Heron.Core.Protobuf.Status;

namespace Heron.ApiServer.Tests.Tracker;

/// <summary>
/// The server over the state of real topologies, byte for byte, or with its daemons' addresses led to one that answers what the
/// real ones must have answered for the stock tracker to say what it said.
/// </summary>
internal sealed class TrackerReplay : IAsyncDisposable
{
    private static readonly string[] Tools = ["/jstack/", "/jmap/", "/histo/"];

    private static readonly JsonNode RecordedMinutes =
        JsonNode.Parse(File.ReadAllText(Fixtures.File("live", "minutes.json")))!;

    private readonly string _folder = Directory.CreateTempSubdirectory("tracker-").FullName;
    private readonly IReadOnlyList<string> _topologies;
    private readonly IReadOnlyList<TrackerExchange> _set;
    private TestServer _exact = null!;
    private TestServer _led = null!;
    private ScriptedDaemon _daemon = null!;
    private TrackerExchange? _current;

    private TrackerReplay(IReadOnlyList<string> topologies, IReadOnlyList<TrackerExchange> set)
    {
        _topologies = topologies;
        _set = set;
    }

    /// <summary>What daemons were asked and should not have been.</summary>
    public ConcurrentQueue<string> Mistakes { get; } = new();

    /// <summary>Starts it.</summary>
    /// <param name="topologies">Which there are.</param>
    /// <param name="set">What will be asked.</param>
    /// <param name="missing">Kinds of nodes that are not there yet.</param>
    public static async Task<TrackerReplay> StartAsync(
        IReadOnlyList<string> topologies, IReadOnlyList<TrackerExchange> set, params string[] missing)
    {
        var replay = new TrackerReplay(topologies, set);
        replay._daemon = new ScriptedDaemon(replay.Reply);
        replay._exact = await replay.ServeAsync("exact", missing, (_, bytes) => bytes);
        replay._led = await replay.ServeAsync("led", missing, replay.Lead);
        return replay;
    }

    /// <summary>Asks what the stock tracker was asked.</summary>
    /// <param name="exchange">What.</param>
    /// <param name="root">Of which tracker.</param>
    /// <param name="rename">Makes that tracker's address of the stock tracker's.</param>
    public async Task<HttpResponseMessage> AskAsync(TrackerExchange exchange, string root = "/tracker", Func<string, string>? rename = null)
    {
        _current = exchange;
        using var request = new HttpRequestMessage(new HttpMethod(exchange.Method), root + (rename?.Invoke(exchange.Target) ?? exchange.Target));
        return await (exchange.AsksDaemon ? _led : _exact).Client.SendAsync(request, HttpCompletionOption.ResponseContentRead);
    }

    public static int StatsPortOf(string topology) => TManagerLocation.Parser.ParseFrom(Node(topology, "tmanagers")).StatsPort;

    public JsonObject Machines(Dictionary<string, StringValues> query)
    {
        var all = _topologies
            .Select(t => (Name: t, Execution: ExecutionState.Parser.ParseFrom(Node(t, "executionstate"))))
            .Where(t => !query.TryGetValue("cluster", out var cluster) || cluster == t.Execution.Cluster)
            .Where(t => !query.TryGetValue("topology", out var topology) || topology == t.Name);
        return new JsonObject(all.GroupBy(t => t.Execution.Cluster).Select(g => KeyValuePair.Create<string, JsonNode?>(
            g.Key,
            new JsonObject
            {
                ["dev"] = new JsonObject(g.Select(t => KeyValuePair.Create<string, JsonNode?>(
                    t.Name, new JsonArray([.. Plan(t.Name).Stmgrs.Select(s => JsonValue.Create(s.HostName))])))),
            })));
    }

    public JsonObject RuntimeState(string topology) => new()
    {
        ["has_physical_plan"] = File.Exists(Path.Join(_folder, "led", "state", "pplans", topology)),
        ["has_packing_plan"] = true,
        ["has_tmanager_location"] = true,
        ["has_scheduler_location"] = true,
        ["stmgrs"] = new JsonObject(Plan(topology).Stmgrs.Select(
            s => KeyValuePair.Create<string, JsonNode?>(s.Id, new JsonObject { ["is_registered"] = true }))),
    };

    public static JsonArray ExceptionSummary() => new(new JsonObject
    {
        ["class_name"] = "java.lang.Error",
        ["lasttime"] = 1795895370,
        ["firsttime"] = 1795895310,
        ["count"] = "3",
    });

    /// <summary>What the old route said of the same, without the minutes that JSON has no number for.</summary>
    public JsonNode TimelineWithoutGaps(TrackerExchange exchange)
    {
        var result = Legacy(exchange).DeepClone();
        foreach (var (_, instances) in result["timeline"]!.AsObject())
        {
            foreach (var (_, minutes) in instances!.AsObject().ToList())
            {
                foreach (var (minute, value) in minutes!.AsObject().ToList())
                {
                    var text = value!.GetValue<string>();
                    minutes[minute] = text == "nan" ? null : double.Parse(text, CultureInfo.InvariantCulture);
                    if (text == "nan")
                    {
                        minutes.AsObject().Remove(minute);
                    }
                }
            }
        }

        return result;
    }

    public async ValueTask DisposeAsync()
    {
        await _exact.DisposeAsync();
        await _led.DisposeAsync();
        await _daemon.DisposeAsync();
        Scratch.Delete(_folder);
    }

    private static byte[] Node(string topology, string kind) =>
        File.ReadAllBytes(Fixtures.File("live", "state", topology, kind + ".bin"));

    private static PhysicalPlan Plan(string topology) => PhysicalPlan.Parser.ParseFrom(Node(topology, "pplans"));

    private static DaemonReply Message(IMessage message) => new(200, message.ToByteArray());

    private static DaemonReply Json(JsonNode? node) => ScriptedDaemon.Text(200, node!.ToJsonString());

    private JsonNode Legacy(TrackerExchange exchange) => _set.Single(
        e => e.Target == exchange.Target.Replace("/metrics/timeline?", "/metricstimeline?", StringComparison.Ordinal)).Json!;

    private async Task<TestServer> ServeAsync(string name, string[] missing, Func<string, byte[], byte[]?> edit)
    {
        var folder = Path.Join(_folder, name);
        foreach (var topology in _topologies)
        {
            foreach (var file in Directory.EnumerateFiles(Fixtures.File("live", "state", topology)))
            {
                var kind = Path.GetFileNameWithoutExtension(file);
                if (!missing.Contains(kind) && edit(kind, File.ReadAllBytes(file)) is { } bytes)
                {
                    Directory.CreateDirectory(Path.Join(folder, "state", kind));
                    File.WriteAllBytes(Path.Join(folder, "state", kind, topology), bytes);
                }
            }
        }

        return await TestServer.StartAsync(folder: folder);
    }

    private byte[]? Lead(string kind, byte[] bytes)
    {
        switch (kind)
        {
            case "tmanagers":
                var manager = TManagerLocation.Parser.ParseFrom(bytes);
                (manager.Host, manager.StatsPort) = ("127.0.0.1", _daemon.Port);
                return manager.ToByteArray();
            case "pplans":
                var plan = PhysicalPlan.Parser.ParseFrom(bytes);
                foreach (var stream in plan.Stmgrs)
                {
                    (stream.HostName, stream.ShellPort) = ("127.0.0.1", _daemon.Port);
                }

                return plan.ToByteArray();
            case "metricscaches":
                return null;
            default:
                return bytes;
        }
    }

    private DaemonReply Reply(DaemonRequest request)
    {
        var exchange = _current!;
        return (exchange.Path, request.Target) switch
        {
            ("/topologies/metrics/query", "/stats") => Minutes(MetricRequest.Parser.ParseFrom(request.Body), exchange.Query["topology"]!),
            (_, "/stats") => Metrics(MetricRequest.Parser.ParseFrom(request.Body), exchange),
            (_, "/exceptions") => Exceptions(ExceptionLogRequest.Parser.ParseFrom(request.Body), exchange),
            (_, "/exceptionsummary") => Exceptions(ExceptionLogRequest.Parser.ParseFrom(request.Body), exchange),
            (_, "/stmgrsregistrationsummary") => Message(new StmgrsRegistrationSummaryResponse
            {
                RegisteredStmgrs = { Plan(exchange.Query["topology"]!).Stmgrs.Select(s => s.Id) },
            }),
            (not "/topologies/pid", _) when request.Target.StartsWith("/pid/", StringComparison.Ordinal) =>
                Json(new JsonObject { ["command"] = "cat x.pid", ["stdout"] = "4711", ["stderr"] = "" }),
            (_, _) when request.Target.StartsWith("/download/", StringComparison.Ordinal) => ScriptedDaemon.Text(500, ""),
            ("/topologies/container/filedownload", _) => Json(new JsonObject
            {
                ["offset"] = request.Target.Contains("offset=-1", StringComparison.Ordinal) ? 4 : 0,
                ["length"] = 4,
                ["data"] = "text",
            }),
            (_, _) when exchange.Status == 500 => ScriptedDaemon.Text(exchange.Path.EndsWith("filedata", StringComparison.Ordinal) ? 200 : 500, ""),
            (_, _) when Tools.Any(t => request.Target == t + "4711") || !Tools.Any(request.Target.StartsWith) => Json(exchange.Json),
            _ => Wrong($"asked {request.Target} for {exchange.Target}"),
        };
    }

    private DaemonReply Wrong(string what)
    {
        Mistakes.Enqueue(what);
        return ScriptedDaemon.Text(500, what);
    }

    private DaemonReply Metrics(MetricRequest request, TrackerExchange exchange)
    {
        var (query, isTimeline) = (exchange.Query, exchange.Path != "/topologies/metrics");
        var asked = (request.ComponentName, string.Join(',', request.InstanceId), string.Join(',', request.Metric), request.Minutely,
            request.HasInterval ? request.Interval : 0, request.ExplicitInterval?.Start ?? 0, request.ExplicitInterval?.End ?? 0);
        var wanted = ((string)query["component"]!, string.Join(',', query.GetValueOrDefault("instance").ToArray()),
            string.Join(',', query.GetValueOrDefault("metricname").ToArray()), isTimeline,
            isTimeline ? 0 : Number("interval", -1), isTimeline ? Number("starttime", 0) : 0, isTimeline ? Number("endtime", 0) : 0);
        if (asked != wanted)
        {
            return Wrong($"asked {asked} instead of {wanted}");
        }

        var answer = exchange.Status == 200 ? exchange.Json! : Legacy(exchange);
        var response = new MetricResponse { Status = new Status { Status_ = StatusCode.Ok }, Interval = answer["interval"]?.GetValue<long>() ?? 0 };
        foreach (var (metric, instances) in (answer["metrics"] ?? answer["timeline"])!.AsObject())
        {
            foreach (var (instance, value) in instances!.AsObject())
            {
                var one = new MetricResponse.Types.IndividualMetric { Name = metric };
                if (value is JsonObject minutes)
                {
                    one.IntervalValues.AddRange(minutes.Select(m => Point(m.Key, m.Value!.ToString())));
                }
                else
                {
                    one.Value = value!.GetValue<string>();
                }

                response.Metric.Add(new MetricResponse.Types.TaskMetric { InstanceId = instance, Metric = { one } });
            }
        }

        if (answer["interval"]?.GetValue<long>() == 0)
        {
            response = new MetricResponse { Status = new Status { Status_ = StatusCode.Notok, Message = "Unknown component: x" } };
        }

        return Message(response);

        long Number(string name, long otherwise) =>
            query.TryGetValue(name, out var text) ? long.Parse(text!, CultureInfo.InvariantCulture) : otherwise;
    }

    private static MetricResponse.Types.IndividualMetric.Types.IntervalValue Point(string minute, string value)
    {
        var start = long.Parse(minute, CultureInfo.InvariantCulture);
        return new MetricResponse.Types.IndividualMetric.Types.IntervalValue
        {
            Value = value,
            Interval = new MetricInterval { Start = start, End = start + 60 },
        };
    }

    // As a topology manager: the minutes of the window, the newest first.
    private static DaemonReply Minutes(MetricRequest request, string topology)
    {
        var component = RecordedMinutes[topology]?[request.ComponentName];
        var response = new MetricResponse
        {
            Status = new Status { Status_ = component is null && request.ComponentName == "nosuch" ? StatusCode.Notok : StatusCode.Ok },
        };
        foreach (var (instance, minutes) in component?[request.Metric.Single()]?.AsObject() ?? [])
        {
            if (request.InstanceId.Count == 0 || request.InstanceId.Contains(instance))
            {
                var one = new MetricResponse.Types.IndividualMetric { Name = request.Metric.Single() };
                one.IntervalValues.AddRange(minutes!.AsObject()
                    .Select(m => Point(m.Key, m.Value!.GetValue<string>()))
                    .Where(p => p.Interval.Start >= request.ExplicitInterval.Start && p.Interval.Start <= request.ExplicitInterval.End)
                    .OrderByDescending(p => p.Interval.Start));
                response.Metric.Add(new MetricResponse.Types.TaskMetric { InstanceId = instance, Metric = { one } });
            }
        }

        return Message(response);
    }

    private DaemonReply Exceptions(ExceptionLogRequest request, TrackerExchange exchange)
    {
        if (request.ComponentName != exchange.Query["component"]
            || !request.Instances.SequenceEqual(exchange.Query.GetValueOrDefault("instance").ToArray()))
        {
            return Wrong($"asked for {request}");
        }

        if (exchange.Body.Contains("Unknown component", StringComparison.Ordinal))
        {
            return Message(new ExceptionLogResponse { Status = new Status { Status_ = StatusCode.Notok, Message = "Unknown component" } });
        }

        var response = new ExceptionLogResponse { Status = new Status { Status_ = StatusCode.Ok } };
        if (exchange.Path == "/topologies/exceptions")
        {
            response.Exceptions.AddRange(exchange.Json!.AsArray().Select(e => new TmanagerExceptionLog
            {
                ComponentName = request.ComponentName,
                Hostname = e!["hostname"]!.GetValue<string>(),
                InstanceId = e["instance_id"]!.GetValue<string>(),
                Stacktrace = e["stacktrace"]!.GetValue<string>(),
                Lasttime = e["lasttime"]!.GetValue<string>(),
                Firsttime = e["firsttime"]!.GetValue<string>(),
                Count = int.Parse(e["count"]!.GetValue<string>(), CultureInfo.InvariantCulture),
                Logging = e["logging"]!.GetValue<string>(),
            }));
        }
        else if (exchange.Status == 500)
        {
            response.Exceptions.Add(new TmanagerExceptionLog
            {
                ComponentName = request.ComponentName,
                Hostname = "node-a",
                InstanceId = "container_1_word_5",
                Stacktrace = "java.lang.Error",
                Lasttime = "Sat Nov 28 19:49:30 UTC 2026",
                Firsttime = "Sat Nov 28 19:48:30 UTC 2026",
                Count = 3,
            });
        }

        return Message(response);
    }
}
