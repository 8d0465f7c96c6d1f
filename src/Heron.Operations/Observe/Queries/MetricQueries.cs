// SPDX-License-Identifier: Apache-2.0
using Heron.Core;
using Heron.Core.Daemons;
using Heron.Core.Topologies;

namespace Heron.Operations.Observe.Queries;

/// <summary>Runs queries over the metrics of a topology's last hours.</summary>
public sealed class MetricQueries(ITopologyStats stats)
{
    // The daemons keep three hours; a day is what a careless client may ask for.
    private const long MaxSeconds = 24 * 60 * 60;

    /// <summary>The timelines that a query gives.</summary>
    /// <param name="topology">Whose metrics.</param>
    /// <param name="query">For instance <c>DIVIDE(SUM(TS(word, *, __emit-count/default)), 60)</c>.</param>
    /// <param name="range">Which minutes; none when it ends before it begins.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="QueryException">The query means nothing, or too much.</exception>
    /// <exception cref="HeronException">As for <see cref="ITopologyStats.GetMetricsAsync"/>.</exception>
    public async Task<IReadOnlyList<Timeline>> RunAsync(
        TopologyIdentity topology, string query, TimeRange range, CancellationToken cancellationToken)
    {
        if (range.End > DateTimeOffset.MaxValue.ToUnixTimeSeconds() || range.Start < 0 || range.End - range.Start > MaxSeconds)
        {
            throw new QueryException("A query covers a day at most");
        }

        if (QueryParser.Parse(query) is not Operator root)
        {
            throw new QueryException("A query is an operator, such as TS or SUM, with its arguments");
        }

        using var run = new QueryRun(stats, topology, cancellationToken);
        return await root.RunAsync(run, range);
    }
}
