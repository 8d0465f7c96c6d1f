// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using System.Net.Sockets;
using System.Text;
using Google.Protobuf;
using Heron.Core.Protobuf;

namespace Heron.StandInCore.Manager;

/// <summary>
/// The topology manager's port for metrics and exceptions. The numbers are made up, but look like those of a topology that
/// works: they rise and fall with the minute, follow from each other, and are nothing while the topology is paused. A component with <c>slow</c> in its name holds the
/// others up; one with <c>failing</c> fails tuples and reports exceptions.
/// </summary>
public sealed class Stats : IDisposable
{
    private const int Minute = 60;
    private const string StreamManagers = "__stmgr__";
    private const string BackPressure = "__time_spent_back_pressure_by_compid";

    private readonly TopologyManager _manager;
    private readonly ConnectionLoop _connections;
    private readonly long _started = Environment.TickCount64;

    public Stats(TopologyManager manager, int port)
    {
        _manager = manager;
        _connections = new ConnectionLoop(port, ServeAsync);
    }

    public Task RunAsync(CancellationToken cancellationToken) => _connections.RunAsync(cancellationToken);

    public void Dispose() => _connections.Dispose();

    private async Task ServeAsync(TcpClient client, CancellationToken cancellationToken)
    {
        using (client)
        {
            try
            {
                var stream = client.GetStream();
                var (target, body) = await ReadAsync(stream, cancellationToken);
                var answer = target switch
                {
                    "/stats" => Metrics(MetricRequest.Parser.ParseFrom(body)).ToByteArray(),
                    "/exceptions" or "/exceptionsummary" => Exceptions(ExceptionLogRequest.Parser.ParseFrom(body)).ToByteArray(),
                    _ => null,
                };
                await stream.WriteAsync(
                    Encoding.ASCII.GetBytes(
                        $"HTTP/1.1 {(answer is null ? "400 X" : "200 OK")}\r\nContent-Type: application/octet-stream\r\n"
                        + $"Content-Length: {(answer?.Length ?? 0).ToString(CultureInfo.InvariantCulture)}\r\nConnection: close\r\n\r\n"),
                    cancellationToken);
                await stream.WriteAsync(answer ?? [], cancellationToken);
            }
            catch (Exception fault) when (fault is IOException or InvalidProtocolBufferException)
            {
                // The client went, or is none.
            }
        }
    }

    private static async Task<(string Target, byte[] Body)> ReadAsync(NetworkStream stream, CancellationToken cancellationToken)
    {
        var head = new List<byte>();
        var one = new byte[1];
        while (!(head.Count > 3 && head[^1] == '\n' && head[^3] == '\n') && await stream.ReadAsync(one, cancellationToken) == 1)
        {
            head.Add(one[0]);
        }

        var lines = Encoding.ASCII.GetString([.. head]).Split("\r\n");
        var length = lines.Where(l => l.StartsWith("content-length:", StringComparison.OrdinalIgnoreCase))
            .Select(l => int.Parse(l.Split(':')[1], CultureInfo.InvariantCulture)).FirstOrDefault();
        var body = new byte[length];
        await stream.ReadExactlyAsync(body, cancellationToken);
        return (lines[0].Split(' ') is [_, var target, ..] ? target : "", body);
    }

    private MetricResponse Metrics(MetricRequest request)
    {
        var now = DateTimeOffset.UtcNow.ToUnixTimeSeconds();
        var (start, end) = request.ExplicitInterval is { } between
            ? (between.Start, between.End)
            : (now - (request.Interval > 0 ? request.Interval : 3 * 60 * Minute), now);
        var response = new MetricResponse { Status = new Status { Status_ = StatusCode.Ok }, Interval = end - start };
        foreach (var instance in Instances(request.ComponentName))
        {
            var task = new MetricResponse.Types.TaskMetric { InstanceId = instance.Id };
            task.Metric.AddRange(request.Metric
                .Select(name => Metric(instance.Component, instance.Index, name, start, end, request.Minutely))
                .OfType<MetricResponse.Types.IndividualMetric>());
            response.Metric.Add(task);
        }

        return response;
    }

    private IEnumerable<(string Id, string Component, int Index)> Instances(string component) => component == StreamManagers
        ? (_manager.Plan?.Stmgrs ?? []).Select(s => (s.Id, s.Id, 0))
        : (_manager.Plan?.Instances ?? []).Where(i => i.Info.ComponentName == component)
            .Select(i => (i.InstanceId, component, i.Info.ComponentIndex));

    private MetricResponse.Types.IndividualMetric? Metric(
        string component, int index, string name, long start, long end, bool minutely)
    {
        if (component.StartsWith("stmgr-", StringComparison.Ordinal) && !IsIn(component, name))
        {
            return null;
        }

        var metric = new MetricResponse.Types.IndividualMetric { Name = name };
        var minutes = Enumerable.Range(0, (int)Math.Max(1, (end - start) / Minute)).Select(i => start + i * Minute).ToList();
        if (minutely)
        {
            metric.IntervalValues.AddRange(minutes.AsEnumerable().Reverse().Select(at => new MetricResponse.Types.IndividualMetric.Types.IntervalValue
            {
                Value = Text(Value(component, index, name, at)),
                Interval = new MetricInterval { Start = at, End = at + Minute },
            }));
        }
        else
        {
            // Sums are of the manager's life, as they are compared with it; the minutes pretend that it is an hour old.
            var life = Math.Max(1, (Environment.TickCount64 - _started) / 1000);
            var values = minutes.TakeLast((int)Math.Max(1, life / Minute)).Select(at => Value(component, index, name, at)).ToList();
            var grown = name.StartsWith(BackPressure, StringComparison.Ordinal) ? 1 : Math.Min(1, life / (double)Minute);
            metric.Value = Text(IsMean(name) ? values.Average() : Math.Round(values.Sum() * grown));
        }

        return metric;
    }

    // A stream manager tells of the instances beside it only.
    private bool IsIn(string streamManager, string name) => (_manager.Plan?.Instances ?? []).Any(i =>
        i.StmgrId == streamManager && name.EndsWith("/" + i.InstanceId, StringComparison.Ordinal));

    private static bool IsMean(string name) => name.Contains("latency", StringComparison.Ordinal) || name.StartsWith("__jvm", StringComparison.Ordinal);

    private double Value(string component, int index, string name, long at)
    {
        var count = Math.Round(Traffic.Tuples(index, at) * _manager.Traffic.ShareRun(at));
        var slow = component.Contains("slow", StringComparison.Ordinal) || name.Contains("slow", StringComparison.Ordinal);
        var failing = component.Contains("failing", StringComparison.Ordinal);
        return name.Split('/')[0] switch
        {
            "__emit-count" or "__execute-count" or "__ack-count" => count,
            "__fail-count" => failing ? Math.Round(count / 40) : 0,
            "__complete-latency" => 14e6 + 4e6 * Math.Sin(at / 60 * 0.35),
            "__process-latency" => slow ? 6.1e6 : 0.8e6,
            "__execute-latency" => slow ? 5.9e6 : 0.7e6 + 0.1e6 * Math.Sin(at / 60 * 0.5),
            BackPressure => slow ? 21000 : 0,
            "__jvm-process-cpu-load" => 0.35 + 0.1 * Math.Sin(at / 60 * 0.35 + index),
            "__jvm-memory-used-mb" => 180 + at / 60 % 30 * 4,
            "__jvm-memory-mb-total" => 512,
            "__jvm-uptime-secs" => 3600,
            _ => 0,
        };
    }

    private ExceptionLogResponse Exceptions(ExceptionLogRequest request)
    {
        var response = new ExceptionLogResponse { Status = new Status { Status_ = StatusCode.Ok } };
        if (request.ComponentName.Contains("failing", StringComparison.Ordinal))
        {
            response.Exceptions.AddRange(Instances(request.ComponentName).Select(i => new TmanagerExceptionLog
            {
                ComponentName = i.Component,
                Hostname = "127.0.0.1",
                InstanceId = i.Id,
                Stacktrace = "java.lang.IllegalStateException: <b>no</b> such word\n\tat org.example.Count.execute(Count.java:42)\n",
                Firsttime = "Sat Nov 28 19:49:30 UTC 2026",
                Lasttime = "Sat Nov 28 20:49:30 UTC 2026",
                Count = 17,
                Logging = "",
            }));
        }

        return response;
    }

    private static string Text(double value) => value.ToString("0.000000", CultureInfo.InvariantCulture);
}
