// SPDX-License-Identifier: Apache-2.0
using Heron.Core.Daemons;
using Heron.Core.Topologies;
using Heron.Operations.Observe.Queries;

namespace Heron.ApiServer.Tests.Observe;

/// <summary>The query language on small timelines; its forms over real data are in the tracker's tests.</summary>
public sealed class QueryTests
{
    private static readonly TopologyIdentity Topology = new("c", "r", "e", "t", "t-1");

    [Theory]
    [InlineData("TS(c, *, m)", "a: 60=1 120=2 180=4; b: 60=10 180=30")]
    [InlineData("TS(c, a, m)", "a: 60=1 120=2 180=4")]
    [InlineData("((TS(c,a,m)))", "a: 60=1 120=2 180=4")]
    [InlineData("DEFAULT(7, TS(c, b, m))", "b: 60=10 120=7 180=30")]
    [InlineData("SUM(TS(c, *, m))", "-: 60=11 120=2 180=34")]
    [InlineData("SUM(5, 1, TS(c, *, m))", "-: 60=17 120=8 180=40")]
    [InlineData("SUM()", "-: 60=0 120=0 180=0")]
    [InlineData("MAX(TS(c, *, m))", "-: 60=10 120=2 180=30")]
    [InlineData("MAX(3, TS(c, *, m))", "-: 60=10 120=3 180=30")]
    [InlineData("PERCENTILE(0, TS(c, *, m))", "-: 60=1 120=2 180=4")]
    [InlineData("PERCENTILE(99, TS(c, *, m))", "-: 60=1 120=2 180=4")]
    [InlineData("PERCENTILE(100, TS(c, *, m))", "-: 60=10 120=2 180=30")]
    [InlineData("DIVIDE(TS(c, *, m), 2)", "a: 60=0.5 120=1 180=2; b: 60=5 180=15")]
    [InlineData("DIVIDE(2, TS(c, a, m))", "a: 60=2 120=1 180=0.5")]
    [InlineData("DIVIDE(TS(c, *, m), 0)", "a:; b:")]
    [InlineData("MULTIPLY(TS(c, *, m), TS(c, a, m))", "a: 60=1 120=4 180=16")]
    [InlineData("SUBTRACT(SUM(TS(c, *, m)), 1)", "-: 60=10 120=1 180=33")]
    [InlineData("RATE(TS(c, *, m))", "a: 60=0.5 120=1 180=2; b: 60=9")]
    [InlineData("TS(c, *, nothing)", "")]
    [InlineData("DIVIDE(TS(c, *, nothing), TS(c, *, m))", "")]
    public async Task Operators_go_minute_by_minute(string query, string expected) => Assert.Equal(expected, Show(await RunAsync(query, new Stats())));

    [Theory]
    [InlineData("", "A query is an operator, such as TS or SUM, with its arguments")]
    [InlineData("5", "A query is an operator, such as TS or SUM, with its arguments")]
    [InlineData("word", "Invalid syntax")]
    [InlineData("1_0", "Invalid syntax")]
    [InlineData("NaN", "Invalid syntax")]
    [InlineData("FOO(1)", "Invalid token: 'FOO'")]
    [InlineData("sum(1)", "Invalid token: 'sum'")]
    [InlineData("SUM(1", "No closing braces found")]
    [InlineData("SUM(1)2", "Invalid syntax")]
    [InlineData("TS(a,b)", "TS requires 3 arguments")]
    [InlineData("DEFAULT(TS(a,*,b),1)", "First argument to DEFAULT must be a number")]
    [InlineData("DEFAULT(1,2)", "Second argument to DEFAULT must be an operator, but is a number")]
    [InlineData("DEFAULT(1)", "DEFAULT requires 2 arguments")]
    [InlineData("PERCENTILE(101,TS(a,*,b))", "Quantile must be between 0 and 100 inclusive.")]
    [InlineData("PERCENTILE(TS(a,*,b))", "First argument to PERCENTILE must be a constant")]
    [InlineData("RATE(1)", "RATE requires a timeseries, not constant.")]
    [InlineData("DIVIDE(1)", "DIVIDE requires exactly two arguments.")]
    [InlineData("DIVIDE(1,)", "DIVIDE requires exactly two arguments.")]
    public async Task What_is_no_query_is_refused_with_words(string query, string message) =>
        Assert.Equal(message, (await Assert.ThrowsAsync<QueryException>(() => RunAsync(query, new Stats()))).Message);

    [Fact]
    public async Task A_query_that_is_too_deep_or_too_long_is_refused()
    {
        await Assert.ThrowsAsync<QueryException>(() => RunAsync(new string('(', 4000) + "1" + new string(')', 4000), new Stats()));
        await Assert.ThrowsAsync<QueryException>(() => RunAsync("SUM(" + string.Join(',', Enumerable.Repeat("1", 600)) + ")", new Stats()));
    }

    [Theory]
    [InlineData(0, 86_401)]
    [InlineData(-60, 0)]
    [InlineData(0, long.MaxValue)]
    public async Task A_window_that_is_too_long_is_refused(long start, long end) => Assert.Equal(
        "A query covers a day at most",
        (await Assert.ThrowsAsync<QueryException>(() => new MetricQueries(new Stats()).RunAsync(
            Topology, "SUM(1)", new TimeRange(start, end), CancellationToken.None))).Message);

    [Fact]
    public async Task A_series_is_read_once_however_often_the_query_names_it()
    {
        var stats = new Stats();

        await RunAsync("DIVIDE(SUM(TS(c,*,m)), SUM(TS(c,*,m), TS(c,a,m)))", stats);

        Assert.Equal(2, stats.Questions.Count);
        Assert.All(stats.Questions, q => Assert.Equal((0, 240, true), (q.Between!.Value.Start, q.Between!.Value.End, q.Minutely)));
    }

    private static Task<IReadOnlyList<Timeline>> RunAsync(string query, Stats stats) =>
        new MetricQueries(stats).RunAsync(Topology, query, new TimeRange(60, 180), CancellationToken.None);

    private static string Show(IEnumerable<Timeline> timelines) => string.Join("; ", timelines.Select(t =>
        $"{t.Instance ?? "-"}:{string.Concat(t.Values.Select(v => string.Create(System.Globalization.CultureInfo.InvariantCulture, $" {v.Key}={v.Value}")))}"));

    /// <summary>Two instances; reports come at second 3 of each minute; b has none in the second minute.</summary>
    private sealed class Stats : ITopologyStats
    {
        public List<MetricQuestion> Questions { get; } = [];

        public Task<MetricAnswer> GetMetricsAsync(TopologyIdentity topology, MetricQuestion question, CancellationToken cancellationToken)
        {
            lock (Questions)
            {
                Questions.Add(question);
            }

            MetricSeries[] all =
            [
                new("a", "m", null, [new(3, "0.5"), new(63, "1"), new(123, "2"), new(183, "4")]),
                new("b", "m", null, [new(3, "1"), new(63, "10"), new(123, "-nan"), new(183, "30")]),
            ];
            return Task.FromResult(new MetricAnswer(
                true, 0, [.. all.Where(s => question.Metrics.Contains(s.Metric) && (question.Instances.Count == 0 || question.Instances.Contains(s.Instance)))]));
        }

        public Task<IReadOnlyList<ExceptionEntry>?> GetExceptionsAsync(
            TopologyIdentity topology, string component, IReadOnlyList<string> instances, bool summary, CancellationToken cancellationToken) =>
            throw new NotSupportedException();

        public Task<StreamManagers> GetStreamManagersAsync(TopologyIdentity topology, CancellationToken cancellationToken) =>
            throw new NotSupportedException();
    }
}
