// SPDX-License-Identifier: Apache-2.0
using System.Net;
using Google.Protobuf;
using Heron.Core.Protobuf;
using Heron.Testing;
using Heron.Testing.Daemons;
using Heron.Testing.ZooKeeper;
using Status = Heron.Core.Protobuf.Status;

namespace Heron.ApiServer.Tests.Observe;

public sealed class MetricsEndpointTests
{
    private const string Emitted = "/metrics?component=word&metric=__emit-count/default";

    [Fact]
    public async Task A_window_has_a_value_of_each_instance_with_its_unit()
    {
        await using var manager = ObservedTopology.Stats((instance, _) => instance.EndsWith('5') ? "1472.000000" : "1.2345E3");
        await using var world = await ObservedTopology.StartAsync(manager.Port);

        var (status, body) = await world.GetAsync(Emitted + "&window=1h");

        Assert.Equal(HttpStatusCode.OK, status);
        Assert.Equal(
            """{"component":"word","metrics":[{"name":"__emit-count/default","unit":"tuples","instances":[{"instance":"container_1_word_5","value":1472},{"instance":"container_2_word_6","value":1234.5}]}]}""",
            body.ToJsonString());
        Assert.Equal(3600, MetricRequest.Parser.ParseFrom(manager.Requests[0].Body).Interval);
    }

    [Fact]
    public async Task What_is_kept_as_last_reported_is_asked_without_a_window_since_the_newest_minute_is_0()
    {
        await using var manager = ObservedTopology.Stats((_, _) => "1");
        await using var world = await ObservedTopology.StartAsync(manager.Port);

        await world.GetAsync(Emitted + "&metric=__jvm-uptime-secs&window=600");

        var asked = manager.Requests.Select(r => MetricRequest.Parser.ParseFrom(r.Body)).ToDictionary(r => r.Metric.Single(), r => r.Interval);
        Assert.Equal(600, asked["__emit-count/default"]);
        Assert.Equal(-1, asked["__jvm-uptime-secs"]);
    }

    [Fact]
    public async Task Minutes_leave_out_the_one_that_is_not_reported_yet()
    {
        var now = DateTimeOffset.UtcNow.ToUnixTimeSeconds();
        await using var manager = new ScriptedDaemon(_ =>
        {
            var metric = new MetricResponse.Types.IndividualMetric { Name = "__emit-count/default" };
            metric.IntervalValues.AddRange(new[] { (now - 10, "0.000000"), (now - 70, "5.000000"), (now - 130, "-nan") }.Select(m =>
                new MetricResponse.Types.IndividualMetric.Types.IntervalValue
                {
                    Value = m.Item2,
                    Interval = new MetricInterval { Start = m.Item1, End = m.Item1 + 60 },
                }));
            var response = new MetricResponse { Status = new Status { Status_ = StatusCode.Ok } };
            response.Metric.Add(new MetricResponse.Types.TaskMetric { InstanceId = "container_1_word_5", Metric = { metric } });
            return new DaemonReply(200, response.ToByteArray());
        });
        await using var world = await ObservedTopology.StartAsync(manager.Port);

        var (_, body) = await world.GetAsync(Emitted + "&window=10m&minutes=true");

        Assert.Equal(
            $$"""[{"start":{{now - 130}}},{"start":{{now - 70}},"value":5}]""",
            body["metrics"]![0]!["instances"]![0]!["minutes"]!.ToJsonString());
    }

    [Theory]
    [InlineData("/metrics", "component is missing")]
    [InlineData("/metrics?component=word", "metric is missing: name one or more, such as metric=__emit-count/default")]
    [InlineData(Emitted + "&component=count", "component is given several times")]
    [InlineData(Emitted + "&windw=3", "'windw' means nothing here; known are component, instance, metric, window, from, to, minutes")]
    [InlineData(Emitted + "&window=0", "window is a number of seconds, or such as 10m or 3h, up to a day, or all")]
    [InlineData(Emitted + "&window=99h", "window is a number of seconds, or such as 10m or 3h, up to a day, or all")]
    [InlineData(Emitted + "&window=600&from=1", "give window, or from and to, not both")]
    [InlineData(Emitted + "&to=1", "to is given without from")]
    [InlineData(Emitted + "&from=5&to=5", "from is before to, and by a day at most")]
    [InlineData(Emitted + "&from=yesterday", "from is a time in seconds since 1970, or such as 2026-11-28T19:46:00Z")]
    [InlineData(Emitted + "&minutes=perhaps", "minutes is true or false")]
    [InlineData("/figures?window=600", "'window' means nothing here: this path takes no parameters")]
    public async Task A_query_that_means_nothing_is_refused_with_what_to_change(string query, string message)
    {
        await using var world = await ObservedTopology.StartAsync(1024);

        var (status, body) = await world.GetAsync(query);

        Assert.Equal((HttpStatusCode.BadRequest, message), (status, body["message"]!.GetValue<string>()));
    }

    [Fact]
    public async Task A_component_of_which_nothing_is_known_is_not_found()
    {
        await using var manager = ObservedTopology.Stats((_, _) => "1", known: false);
        await using var world = await ObservedTopology.StartAsync(manager.Port);

        Assert.Equal(HttpStatusCode.NotFound, (await world.GetAsync(Emitted)).Status);
    }

    [Fact]
    public async Task The_metrics_cache_serves_where_the_manager_is_away()
    {
        await using var cache = ObservedTopology.Stats((_, _) => "7.0");
        await using var world = await ObservedTopology.StartAsync(Loopback.FreePorts(1)[0], cache.Port);

        Assert.Equal(7, (await world.GetAsync(Emitted)).Body["metrics"]![0]!["instances"]![0]!["value"]!.GetValue<double>());
    }

    [Fact]
    public async Task The_metrics_cache_serves_where_the_manager_has_nothing_since_it_was_restarted()
    {
        await using var manager = ObservedTopology.Stats((_, _) => "1", known: false);
        await using var cache = ObservedTopology.Stats((_, _) => "7.0");
        await using var world = await ObservedTopology.StartAsync(manager.Port, cache.Port);

        Assert.Equal(7, (await world.GetAsync(Emitted)).Body["metrics"]![0]!["instances"]![0]!["value"]!.GetValue<double>());
    }

    [Fact]
    public async Task The_metrics_cache_serves_within_two_seconds_where_the_manager_hangs()
    {
        await using var manager = new ScriptedDaemon(_ => ScriptedDaemon.Never);
        await using var cache = ObservedTopology.Stats((_, _) => "7.0");
        await using var world = await ObservedTopology.StartAsync(manager.Port, cache.Port);

        Assert.Equal(HttpStatusCode.OK, (await world.GetAsync(Emitted)).Status);
        Assert.Single(cache.Requests);
    }

    [Fact]
    public async Task Both_away_is_the_managers_fault()
    {
        var ports = Loopback.FreePorts(2);
        await using var world = await ObservedTopology.StartAsync(ports[0], ports[1]);

        var (status, body) = await world.GetAsync(Emitted);

        Assert.Equal(
            (HttpStatusCode.ServiceUnavailable, $"The topology manager of WordCount is away (127.0.0.1:{ports[0]}: connection refused)"),
            (status, body["message"]!.GetValue<string>()));
    }

    [Fact]
    public async Task A_topology_without_daemons_says_so()
    {
        await using var world = await ObservedTopology.StartAsync();

        var (status, body) = await world.GetAsync(Emitted);

        Assert.Equal(HttpStatusCode.ServiceUnavailable, status);
        Assert.StartsWith("No topology manager of WordCount is registered", body["message"]!.GetValue<string>(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_hanging_manager_is_said_within_two_seconds_and_costs_nobody_else_anything()
    {
        await using var manager = new ScriptedDaemon(_ => ScriptedDaemon.Never);
        await using var world = await ObservedTopology.StartAsync(manager.Port);

        // Once is enough: a machine that stands still for two seconds in between says nothing of the server.
        await Poll.UntilAsync(
            async () =>
            {
                var hanging = Enumerable.Range(0, 50).Select(_ => world.GetAsync(Emitted)).ToList();
                var (status, _) = await world.GetAsync("/plan/physical");
                var isBeside = hanging.TrueForAll(h => !h.IsCompleted);
                var all = await Task.WhenAll(hanging);

                Assert.Equal(HttpStatusCode.OK, status);
                Assert.All(all, a => Assert.Equal(
                    (HttpStatusCode.ServiceUnavailable, "The topology manager of WordCount gave no answer within 1.8 s"),
                    (a.Status, a.Body["message"]!.GetValue<string>())));
                return isBeside;
            },
            () => "the plan waits for a manager that hangs");
    }

    [Fact]
    public async Task Figures_are_sums_weighted_means_and_capacity_and_are_read_once_for_all()
    {
        await using var manager = ObservedTopology.Stats((instance, metric) => (metric.Split('/')[0], instance[^1]) switch
        {
            ("__emit-count", _) => "100",
            ("__ack-count", '5') => "30",
            ("__ack-count", '6') => "10",
            ("__ack-count", _) => "60",
            ("__complete-latency", '5') => "2000000",
            ("__complete-latency", '6') => "6000000",
            ("__execute-count", '1') => "600",
            ("__execute-count", '2') => "200",
            ("__execute-latency", '1') => "500000000",
            ("__execute-latency", '2') => "100000000",
            ("__process-latency", _) => "-nan",
            ("__time_spent_back_pressure_by_compid", '1') when metric.EndsWith("split_1", StringComparison.Ordinal) => "1500",
            ("__time_spent_back_pressure_by_compid", _) => "0",
            _ => null,
        });
        await using var world = await ObservedTopology.StartAsync(manager.Port);

        var all = await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => world.GetAsync("/figures")));

        Assert.All(all, a => Assert.Equal(HttpStatusCode.OK, a.Status));
        var windows = all[0].Body["windows"]!.AsArray();
        Assert.Equal([600, 3600, 10_800], windows.Select(w => w!["seconds"]!.GetValue<int>()));
        var components = windows[0]!["components"]!.AsArray().ToDictionary(c => c!["component"]!.GetValue<string>());
        Assert.Equal(
            """{"component":"word","kind":"spout","instances":2,"emitted":200,"emitted_by_stream":{"default":200},"acked":40,"complete_latency_ms":3,"back_pressure_ms":0}""",
            components["word"]!.ToJsonString());
        Assert.Equal(
            """{"component":"split","kind":"bolt","instances":2,"emitted":400,"emitted_by_stream":{"tens":200,"default":200},"acked":120,"executed":800,"execute_latency_ms":400,"capacity":0.5,"back_pressure_ms":1500}""",
            components["split"]!.ToJsonString());
        Assert.Equal(12, manager.Requests.Count);
    }

    [Fact]
    public async Task Exceptions_of_all_components_come_together_the_latest_first()
    {
        await using var manager = new ScriptedDaemon(request =>
        {
            var component = ExceptionLogRequest.Parser.ParseFrom(request.Body).ComponentName;
            var response = new ExceptionLogResponse { Status = new Status { Status_ = StatusCode.Ok } };
            if (component != "count")
            {
                response.Exceptions.Add(new TmanagerExceptionLog
                {
                    ComponentName = component,
                    Hostname = "node-a",
                    InstanceId = "i",
                    Stacktrace = "java.lang.Error: <b>x</b>",
                    Firsttime = "Sat Nov 28 19:48:30 UTC 2026",
                    Lasttime = component == "word" ? "Sat Nov 28 19:49:30 UTC 2026" : "Sat Nov 28 20:49:30 CET 2026",
                    Count = 2,
                });
            }

            return new DaemonReply(200, response.ToByteArray());
        });
        await using var world = await ObservedTopology.StartAsync(manager.Port);

        var (status, body) = await world.GetAsync("/exceptions");

        Assert.Equal(HttpStatusCode.OK, status);
        Assert.Equal(["word", "split"], body["exceptions"]!.AsArray().Select(e => e!["component"]!.GetValue<string>()));
        Assert.Equal(1795895370, body["exceptions"]![0]!["last_time"]!.GetValue<long>());
        Assert.Null(body["exceptions"]![1]!["last_time"]);
        Assert.Equal("Sat Nov 28 20:49:30 CET 2026", body["exceptions"]![1]!["last"]!.GetValue<string>());
        Assert.Equal(HttpStatusCode.NotFound, (await world.GetAsync("/exceptions?component=nosuch")).Status);
    }
}
