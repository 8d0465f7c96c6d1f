// SPDX-License-Identifier: Apache-2.0
using Google.Protobuf;
using Heron.Core;
using Heron.Core.Daemons;
using Heron.Core.Protobuf;
using Heron.Daemons.Calls;
using Heron.Daemons.Stats;
using Heron.Daemons.Tests.Support;

namespace Heron.Daemons.Tests;

public sealed class StatsClientTests : IDisposable
{
    private static readonly string[] RecordedDaemons = ["tmanager", "metricscache"];

    private readonly DaemonTransport _transport = new(TimeProvider.System);

    private StatsClient Client => new(_transport, TimeProvider.System);

    public static TheoryData<string> Daemons => [.. RecordedDaemons];

    public void Dispose() => _transport.Dispose();

    [Theory]
    [MemberData(nameof(Daemons))]
    public async Task A_question_is_the_message_that_the_stock_tracker_sends(string daemon)
    {
        await using var server = RecordedStats.Serve(daemon, "one-instance");
        var recorded = MetricRequest.Parser.ParseFrom(RecordedStats.Of(daemon, "one-instance").Request);

        await AskAsync(daemon, server, new MetricQuestion(recorded.ComponentName, [.. recorded.Metric])
        {
            Instances = [.. recorded.InstanceId],
            Window = recorded.Interval,
        });

        var request = Assert.Single(server.Requests);
        Assert.Equal(("POST", "/stats"), (request.Method, request.Target));
        var sent = MetricRequest.Parser.ParseFrom(request.Body);
        Assert.False(sent.Minutely);
        sent.ClearMinutely();
        recorded.ClearMinutely();
        Assert.Equal(recorded.ToByteArray(), sent.ToByteArray());
    }

    [Theory]
    [MemberData(nameof(Daemons))]
    public async Task Both_daemons_give_values_of_a_window_by_instance_and_metric(string daemon)
    {
        await using var server = RecordedStats.Serve(daemon, "word-interval600");

        var answer = await AskAsync(daemon, server, new MetricQuestion("word", []) { Window = 600 });

        Assert.True(answer.IsKnown);
        Assert.Equal(600, answer.Interval);
        Assert.Equal(["container_1_word_5", "container_2_word_6"], answer.Series.Select(s => s.Instance).Distinct().Order());
        var emitted = answer.Series.Single(s => s is { Instance: "container_1_word_5", Metric: "__emit-count/default" });
        Assert.Matches(daemon == "tmanager" ? @"^\d+\.000000$" : @"^\d+\.\d+(E\d+)?$", emitted.Value);
        Assert.InRange(MetricNumber.Parse(emitted.Value)!.Value, 100_000, 150_000);
    }

    [Theory]
    [MemberData(nameof(Daemons))]
    public async Task Minutes_are_in_seconds_and_the_oldest_comes_first(string daemon)
    {
        await using var server = RecordedStats.Serve(daemon, "__stmgr__-interval600-minutely");

        var answer = await AskAsync(daemon, server, new MetricQuestion("__stmgr__", []) { Window = 600, Minutely = true });

        Assert.All(answer.Series, s =>
        {
            Assert.Null(s.Value);
            Assert.Equal(s.Minutes.OrderBy(m => m.Start), s.Minutes);
            Assert.All(s.Minutes, m => Assert.InRange(m.Start, 1_795_884_000, 1_795_896_000));
        });
        Assert.Contains(answer.Series, s => s.Minutes.Count > 5);
    }

    [Theory]
    [MemberData(nameof(Daemons))]
    public async Task A_component_that_nobody_knows_is_no_error(string daemon)
    {
        await using var server = RecordedStats.Serve(daemon, "unknown-component");

        var answer = await AskAsync(daemon, server, new MetricQuestion("nosuch", ["__emit-count/default"]));

        Assert.False(answer.IsKnown);
        Assert.Empty(answer.Series);
    }

    [Theory]
    [MemberData(nameof(Daemons))]
    public async Task An_instance_that_nobody_knows_is_no_error(string daemon)
    {
        await using var server = RecordedStats.Serve(daemon, "unknown-instance");

        Assert.False((await AskAsync(daemon, server, new MetricQuestion("count", ["m"]) { Instances = ["nosuch"] })).IsKnown);
    }

    [Theory]
    [MemberData(nameof(Daemons))]
    public async Task A_metric_that_nobody_knows_is_left_out(string daemon)
    {
        await using var server = RecordedStats.Serve(daemon, "known-and-unknown-metric");

        var answer = await AskAsync(daemon, server, new MetricQuestion("count", ["__jvm-uptime-secs", "nosuch"]));

        Assert.Equal(["__jvm-uptime-secs"], answer.Series.Where(s => s.Value is not null).Select(s => s.Metric).Distinct());
    }

    [Fact]
    public async Task One_minute_without_a_time_is_the_newest_that_was_asked_for()
    {
        var response = new MetricResponse { Status = new Status { Status_ = StatusCode.Ok } };
        response.Metric.Add(new MetricResponse.Types.TaskMetric
        {
            InstanceId = "stmgr-1",
            Metric = { new MetricResponse.Types.IndividualMetric { Name = "m", Value = "5.0" } },
        });
        await using var server = new ScriptedDaemon(_ => new DaemonReply(200, response.ToByteArray()));

        var answer = await AskAsync(
            "metricscache", server, new MetricQuestion("__stmgr__", ["m"]) { Between = (600, 1230), Minutely = true });

        Assert.Equal([new MetricPoint(1200, "5.0")], Assert.Single(answer.Series).Minutes);
    }

    [Fact]
    public async Task A_window_without_width_is_never_asked_for()
    {
        await using var server = RecordedStats.Serve("metricscache", "unknown-component");

        await AskAsync("metricscache", server, new MetricQuestion("word", ["m"]) { Between = (600, 600) });

        var interval = MetricRequest.Parser.ParseFrom(server.Requests[0].Body).ExplicitInterval;
        Assert.Equal((600, 601), (interval.Start, interval.End));
    }

    [Fact]
    public async Task The_body_that_a_topology_manager_cuts_at_a_zero_byte_is_its_fault()
    {
        await using var server = RecordedStats.Serve("tmanager", "explicit-zero-width");

        var fault = await Assert.ThrowsAsync<DaemonException>(
            () => AskAsync("tmanager", server, new MetricQuestion("count", ["m"])));

        Assert.Equal("The daemon is away (127.0.0.1:" + server.Port + ": the connection was closed within the answer)", fault.Message);
    }

    [Theory]
    [MemberData(nameof(Daemons))]
    public async Task A_refused_question_is_the_daemons_fault_and_its_page_is_not_quoted(string daemon)
    {
        await using var server = RecordedStats.Serve(daemon, "http-garbage");

        var fault = await Assert.ThrowsAsync<DaemonException>(
            () => AskAsync(daemon, server, new MetricQuestion("count", ["m"])));

        Assert.Equal((FaultKind.BadGateway, "The daemon answered /stats with status 400"), (fault.Kind, fault.Message));
    }

    [Theory]
    [MemberData(nameof(Daemons))]
    public async Task Exceptions_have_instance_times_and_count(string daemon)
    {
        await using var server = RecordedStats.Serve(daemon, "exceptions-count");

        var exceptions = await Client.GetExceptionsAsync(
            World.Stats(daemon, server.Port), "count", [], summary: false, DaemonLimits.Quick, CancellationToken.None);

        Assert.NotEmpty(exceptions!);
        Assert.All(exceptions!, e =>
        {
            Assert.Equal("count", e.Component);
            Assert.Matches("^container_[12]_count_[34]$", e.Instance);
            Assert.Equal(2026, e.FirstTime!.Value.Year);
            Assert.True(e.FirstTime <= e.LastTime);
            Assert.True(e.Count > 0);
        });
    }

    [Theory]
    [MemberData(nameof(Daemons))]
    public async Task A_summary_has_one_entry_a_class(string daemon)
    {
        await using var server = RecordedStats.Serve(daemon, "exceptionsummary-count");

        var exceptions = await Client.GetExceptionsAsync(
            World.Stats(daemon, server.Port), "count", [], summary: true, DaemonLimits.Quick, CancellationToken.None);

        Assert.Equal("/exceptionsummary", server.Requests[0].Target);
        Assert.Equal(exceptions!.Select(e => e.Text).Distinct(), exceptions!.Select(e => e.Text));
    }

    [Theory]
    [InlineData("tmanager", "exceptions-__stmgr__", false)]
    [InlineData("tmanager", "exceptions-nosuch", true)]
    [InlineData("metricscache", "exceptions-__stmgr__", false)]
    public async Task No_exceptions_are_none_also_where_the_cache_closes_the_connection(string daemon, string id, bool unknown)
    {
        await using var server = RecordedStats.Serve(daemon, id);

        var exceptions = await Client.GetExceptionsAsync(
            World.Stats(daemon, server.Port), "x", [], summary: false, DaemonLimits.Quick, CancellationToken.None);

        Assert.Equal(unknown, exceptions is null);
        Assert.Empty(exceptions ?? []);
    }

    [Fact]
    public async Task Stream_managers_are_registered_or_absent()
    {
        await using var server = RecordedStats.Serve("tmanager", "stmgrsregistrationsummary");

        var managers = await Client.GetStreamManagersAsync(
            World.Stats("tmanager", server.Port), DaemonLimits.Quick, CancellationToken.None);

        Assert.Equal(["stmgr-1", "stmgr-2"], managers.Registered.Order());
        Assert.Empty(managers.Absent);
    }

    [Theory]
    [InlineData("1472.000000", 1472.0)]
    [InlineData("1.2345E7", 12_345_000.0)]
    [InlineData("71", 71.0)]
    [InlineData("-nan", null)]
    [InlineData("NaN", null)]
    [InlineData("inf", null)]
    [InlineData("", null)]
    [InlineData(null, null)]
    [InlineData("1,5", null)]
    public void Numbers_are_read_as_either_daemon_writes_them(string? text, double? number) =>
        Assert.Equal(number, MetricNumber.Parse(text));

    private Task<MetricAnswer> AskAsync(string daemon, ScriptedDaemon server, MetricQuestion question) =>
        Client.GetMetricsAsync(World.Stats(daemon, server.Port), question, DaemonLimits.Quick, CancellationToken.None);
}
