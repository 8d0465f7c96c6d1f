// SPDX-License-Identifier: Apache-2.0
using System.Collections.Concurrent;
using Heron.Core.Daemons;
using Heron.Core.Topologies;

namespace Heron.Operations.Observe.Queries;

/// <summary>One run of a query: reads each series once, however often the query names it, and few at a time.</summary>
internal sealed class QueryRun(ITopologyStats stats, TopologyIdentity topology, CancellationToken cancellationToken) : IDisposable
{
    // A topology manager has one thread.
    private const int MaxReadsAtOnce = 4;

    private readonly ConcurrentDictionary<(Series Series, TimeRange Range), Lazy<Task<MetricAnswer>>> _reads = new();
    private readonly SemaphoreSlim _turns = new(MaxReadsAtOnce);

    /// <summary>The timelines of a series, made anew for each who asks: operators change them.</summary>
    public async Task<IReadOnlyList<Timeline>> ReadAsync(Series series, TimeRange range)
    {
        var read = _reads.GetOrAdd((series, range), key => new Lazy<Task<MetricAnswer>>(() => AskAsync(key.Series, key.Range)));
        var answer = await read.Value;

        // The newest first, so that of two reports in one minute the older one counts, as it does for the stock tracker.
        return [.. answer.Series
            .Where(s => s.Metric == series.Metric)
            .Select(s => Timeline.Of(
                s.Instance,
                s.Minutes.Reverse().Select(m => (m.Start, Value: MetricNumber.Parse(m.Value)))
                    .Where(m => m.Value is not null).Select(m => (m.Start, m.Value!.Value)),
                range))];
    }

    public void Dispose() => _turns.Dispose();

    private async Task<MetricAnswer> AskAsync(Series series, TimeRange range)
    {
        await _turns.WaitAsync(cancellationToken);
        try
        {
            // Reports do not come on full minutes: one more at each end, cut off again afterwards.
            return await stats.GetMetricsAsync(
                topology,
                new MetricQuestion(series.Component, [series.Metric])
                {
                    Instances = series.Instance is null ? [] : [series.Instance],
                    Between = (range.Start - Timeline.Minute, range.End + Timeline.Minute),
                    Minutely = true,
                },
                cancellationToken);
        }
        finally
        {
            _turns.Release();
        }
    }
}
