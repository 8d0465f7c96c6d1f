// SPDX-License-Identifier: Apache-2.0
using System.Net;
using System.Text.Json.Nodes;
using Google.Protobuf;
using Heron.ApiServer.Tests.Support;
using Heron.Core.Protobuf;
using Heron.Core.Topologies;
using Heron.Testing;
using Heron.Testing.Daemons;
using Heron.Testing.Scheduling;
using Status = Heron.Core.Protobuf.Status;

namespace Heron.ApiServer.Tests.Observe;

/// <summary>The whole server over the recorded state of WordCount, whose daemons are scripted ones here.</summary>
internal sealed class ObservedTopology : IAsyncDisposable
{
    public const string Path = "/api/v1/topologies/nomad/ops/dev/WordCount";

    private readonly string _folder = Directory.CreateTempSubdirectory("observe-").FullName;
    private TestServer _server = null!;

    private ObservedTopology()
    {
    }

    public HttpClient Client => _server.Client;

    public FakeScheduler Scheduler => _server.Scheduler;

    public string Folder => _folder;

    /// <summary>As the recorded execution state has it.</summary>
    public async Task<TopologyIdentity> IdentityAsync()
    {
        var execution = (await _server.State.GetExecutionStateAsync("WordCount", TestContext.Current.CancellationToken))!;
        return new TopologyIdentity(
            execution.Cluster, execution.Role, execution.Environ, execution.TopologyName, execution.TopologyId);
    }

    /// <summary>Starts it.</summary>
    /// <param name="manager">Port of the topology manager; null while it is not registered.</param>
    /// <param name="cache">Port of the metrics cache; null where there is none.</param>
    /// <param name="shell">Port of the containers' shells.</param>
    /// <param name="edit">Changes the physical plan; null for none.</param>
    public static async Task<ObservedTopology> StartAsync(
        int? manager = null, int? cache = null, int shell = 1024, Action<PhysicalPlan>? edit = null)
    {
        var observed = new ObservedTopology();
        foreach (var file in Directory.EnumerateFiles(Fixtures.File("live", "state", "WordCount")))
        {
            observed.Write(System.IO.Path.GetFileNameWithoutExtension(file), File.ReadAllBytes(file));
        }

        var plan = PhysicalPlan.Parser.ParseFrom(observed.Read("pplans"));
        foreach (var stream in plan.Stmgrs)
        {
            (stream.HostName, stream.ShellPort) = ("127.0.0.1", shell);
        }

        edit?.Invoke(plan);
        observed.Write("pplans", plan.ToByteArray());
        observed.Move("tmanagers", manager, TManagerLocation.Parser, (l, port) => (l.Host, l.StatsPort) = ("127.0.0.1", port));
        observed.Move("metricscaches", cache, MetricsCacheLocation.Parser, (l, port) => (l.Host, l.StatsPort) = ("127.0.0.1", port));
        observed._server = await TestServer.StartAsync(folder: observed._folder);
        return observed;
    }

    /// <summary>A daemon that gives each metric of each instance one value, and one exception of each component.</summary>
    public static ScriptedDaemon Stats(Func<string, string, string?> valueOf, bool known = true) => new(request =>
    {
        if (request.Target.StartsWith("/exception", StringComparison.Ordinal))
        {
            var component = ExceptionLogRequest.Parser.ParseFrom(request.Body).ComponentName;
            var told = new ExceptionLogResponse { Status = new Status { Status_ = StatusCode.Ok } };
            told.Exceptions.Add(new TmanagerExceptionLog
            {
                ComponentName = component,
                Hostname = "node-a",
                InstanceId = InstancesOf(component).FirstOrDefault() ?? "i",
                Stacktrace = "java.lang.Error: no words",
                Firsttime = "Sat Nov 28 19:48:30 UTC 2026",
                Lasttime = "Sat Nov 28 19:49:30 UTC 2026",
                Count = 2,
                Logging = "",
            });
            return new DaemonReply(200, told.ToByteArray());
        }

        var asked = MetricRequest.Parser.ParseFrom(request.Body);
        var response = new MetricResponse { Status = new Status { Status_ = known ? StatusCode.Ok : StatusCode.Notok }, Interval = asked.Interval };
        foreach (var instance in known ? InstancesOf(asked.ComponentName) : [])
        {
            var task = new MetricResponse.Types.TaskMetric { InstanceId = instance };
            task.Metric.AddRange(asked.Metric.Select(m => (Name: m, Value: valueOf(instance, m))).Where(m => m.Value is not null)
                .Select(m => new MetricResponse.Types.IndividualMetric { Name = m.Name, Value = m.Value }));
            response.Metric.Add(task);
        }

        return new DaemonReply(200, response.ToByteArray());
    });

    public async Task<(HttpStatusCode Status, JsonNode Body)> GetAsync(string rest)
    {
        using var response = await Client.GetAsync(Path + rest);
        return (response.StatusCode, JsonNode.Parse(await response.Content.ReadAsStringAsync())!);
    }

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        Scratch.Delete(_folder);
    }

    private static string[] InstancesOf(string component) => component switch
    {
        "word" => ["container_1_word_5", "container_2_word_6"],
        "split" => ["container_1_split_1", "container_2_split_2"],
        "count" => ["container_1_count_3", "container_2_count_4"],
        "__stmgr__" => ["stmgr-1", "stmgr-2"],
        _ => [],
    };

    private void Move<T>(string kind, int? port, MessageParser<T> parser, Action<T, int> move)
        where T : IMessage<T>
    {
        if (port is { } to)
        {
            var location = parser.ParseFrom(Read(kind));
            move(location, to);
            Write(kind, location.ToByteArray());
        }
        else
        {
            File.Delete(NodePath(kind));
        }
    }

    private string NodePath(string kind) => System.IO.Path.Join(_folder, "state", kind, "WordCount");

    private byte[] Read(string kind) => File.ReadAllBytes(NodePath(kind));

    private void Write(string kind, byte[] bytes)
    {
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(NodePath(kind))!);
        File.WriteAllBytes(NodePath(kind), bytes);
    }
}
