// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using System.Net;
using Google.Protobuf;
using Heron.Core;
using Heron.Core.Daemons;
using Heron.Core.Protobuf;
using Heron.Daemons.Calls;

namespace Heron.Daemons.Stats;

/// <summary>
/// Asks topology managers and metrics caches for metrics and exceptions, and levels the differences between the two, so that
/// who asks need not know which of them answered.
/// </summary>
public sealed class StatsClient(DaemonTransport transport, TimeProvider time)
{
    private const int MillisecondsPerSecond = 1000;
    private const int SecondsPerMinute = 60;

    /// <summary>Metrics of one component.</summary>
    /// <exception cref="DaemonException">The daemon is away or hangs, or what it sent is no answer.</exception>
    public async Task<MetricAnswer> GetMetricsAsync(
        StatsAddress from, MetricQuestion question, DaemonLimits limits, CancellationToken cancellationToken)
    {
        var request = new MetricRequest { ComponentName = question.Component, Minutely = question.Minutely };
        request.InstanceId.AddRange(question.Instances);
        request.Metric.AddRange(question.Metrics);
        if (question.Between is { } between)
        {
            // A window of no width makes the topology manager send an answer that is cut off.
            request.ExplicitInterval = new MetricInterval
            {
                Start = between.Start,
                End = between.End == between.Start ? between.Start + 1 : between.End,
            };
        }
        else
        {
            request.Interval = question.Window ?? -1;
        }

        var response = await AskAsync(from, "/stats", request, MetricResponse.Parser, limits, cancellationToken);
        return new MetricAnswer(
            response.Status.Status_ == StatusCode.Ok,
            response.Interval,
            [.. response.Metric.SelectMany(t => t.Metric.Select(m => SeriesOf(from.Source, question, t.InstanceId, m)))]);
    }

    /// <summary>Exceptions that instances of a component reported.</summary>
    /// <param name="from">Whom to ask.</param>
    /// <param name="component">Whose exceptions.</param>
    /// <param name="instances">Ids; none for all.</param>
    /// <param name="summary">Whether to have one entry a class of exceptions instead of each with its stack trace.</param>
    /// <param name="limits">How long it may take.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>Null when the daemon does not know the component, or has nothing of it yet.</returns>
    /// <exception cref="DaemonException">As for <see cref="GetMetricsAsync"/>.</exception>
    public async Task<IReadOnlyList<ExceptionEntry>?> GetExceptionsAsync(
        StatsAddress from,
        string component,
        IReadOnlyList<string> instances,
        bool summary,
        DaemonLimits limits,
        CancellationToken cancellationToken)
    {
        var request = new ExceptionLogRequest { ComponentName = component };
        request.Instances.AddRange(instances);
        ExceptionLogResponse response;
        try
        {
            response = await AskAsync(
                from, summary ? "/exceptionsummary" : "/exceptions", request, ExceptionLogResponse.Parser, limits, cancellationToken);
        }
        catch (DaemonException e) when (from.Source == StatsSource.MetricsCache && IsClosedWithoutAnswer(e))
        {
            // What the metrics cache does, of all things, when a component has no exceptions.
            return [];
        }

        return response.Status.Status_ == StatusCode.Ok
            ? [.. response.Exceptions.Select(e => new ExceptionEntry(
                e.ComponentName, e.Hostname, e.InstanceId, e.Stacktrace, e.Lasttime, e.Firsttime, e.Count, e.Logging))]
            : null;
    }

    /// <summary>Which stream managers have registered with the topology manager.</summary>
    /// <exception cref="DaemonException">As for <see cref="GetMetricsAsync"/>.</exception>
    public async Task<StreamManagers> GetStreamManagersAsync(
        StatsAddress from, DaemonLimits limits, CancellationToken cancellationToken)
    {
        var response = await AskAsync(
            from,
            "/stmgrsregistrationsummary",
            new StmgrsRegistrationSummaryRequest(),
            StmgrsRegistrationSummaryResponse.Parser,
            limits,
            cancellationToken);
        return new StreamManagers([.. response.RegisteredStmgrs], [.. response.AbsentStmgrs]);
    }

    private static bool IsClosedWithoutAnswer(DaemonException fault) =>
        fault.InnerException is HttpRequestException { HttpRequestError: HttpRequestError.ResponseEnded };

    private MetricSeries SeriesOf(
        StatsSource source, MetricQuestion question, string instance, MetricResponse.Types.IndividualMetric metric)
    {
        if (!question.Minutely)
        {
            return new MetricSeries(instance, metric.Name, metric.HasValue ? metric.Value : null, []);
        }

        var points = metric.IntervalValues
            .Select(v => new MetricPoint(
                source == StatsSource.MetricsCache ? v.Interval.Start / MillisecondsPerSecond : v.Interval.Start, v.Value))
            .ToList();
        if (points.Count == 0 && metric.HasValue)
        {
            // The metrics cache knows one minute and does not say which: the newest that was asked for.
            points.Add(new MetricPoint(NewestMinute(question), metric.Value));
        }

        return new MetricSeries(instance, metric.Name, null, [.. points.OrderBy(p => p.Start)]);
    }

    private long NewestMinute(MetricQuestion question)
    {
        var now = time.GetUtcNow().ToUnixTimeSeconds();
        var end = question.Between is { } between ? Math.Min(between.End, now) : now;
        return end / SecondsPerMinute * SecondsPerMinute;
    }

    private async Task<T> AskAsync<T>(
        StatsAddress from,
        string path,
        IMessage request,
        MessageParser<T> parser,
        DaemonLimits limits,
        CancellationToken cancellationToken)
        where T : IMessage<T>
    {
        var answer = await transport.AskAsync(
            from.Address, new DaemonCall(path, request.ToByteArray()), limits, cancellationToken);
        if (answer.Status != HttpStatusCode.OK)
        {
            throw new DaemonException(
                FaultKind.BadGateway,
                from.Address.Daemon,
                string.Create(CultureInfo.InvariantCulture, $"answered {path} with status {(int)answer.Status}"));
        }

        try
        {
            return parser.ParseFrom(answer.Body);
        }
        catch (InvalidProtocolBufferException e)
        {
            throw new DaemonException(
                FaultKind.BadGateway, from.Address.Daemon, $"answered {path} with something that is not of its protocol", e);
        }
    }
}
