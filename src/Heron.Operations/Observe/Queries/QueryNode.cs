// SPDX-License-Identifier: Apache-2.0
namespace Heron.Operations.Observe.Queries;

/// <summary>A part of a query.</summary>
internal abstract record QueryNode;

/// <summary>A number.</summary>
internal sealed record Constant(double Value) : QueryNode;

/// <summary>Nothing between two commas; takes no part.</summary>
internal sealed record Nothing : QueryNode;

/// <summary>Something that gives timelines.</summary>
internal abstract record Operator : QueryNode
{
    public abstract Task<IReadOnlyList<Timeline>> RunAsync(QueryRun run, TimeRange range);
}

/// <summary>One metric of an instance, or of all of a component.</summary>
internal sealed record Series(string Component, string? Instance, string Metric) : Operator
{
    public override Task<IReadOnlyList<Timeline>> RunAsync(QueryRun run, TimeRange range) => run.ReadAsync(this, range);
}

/// <summary>Fills minutes without a value.</summary>
internal sealed record Default(double Value, Operator Of) : Operator
{
    public override async Task<IReadOnlyList<Timeline>> RunAsync(QueryRun run, TimeRange range)
    {
        var timelines = await Of.RunAsync(run, range);
        foreach (var timeline in timelines)
        {
            timeline.Fill(Value, range);
        }

        return timelines;
    }
}

/// <summary>One timeline of many: their sum, their largest value, or a percentile.</summary>
internal abstract record Aggregate(IReadOnlyList<QueryNode> Of) : Operator
{
    protected IEnumerable<double> Constants => Of.OfType<Constant>().Select(c => c.Value);

    public sealed override async Task<IReadOnlyList<Timeline>> RunAsync(QueryRun run, TimeRange range)
    {
        var all = await Task.WhenAll(Of.OfType<Operator>().Select(o => o.RunAsync(run, range)));
        return [Combine(all.SelectMany(t => t), range)];
    }

    protected abstract Timeline Combine(IEnumerable<Timeline> timelines, TimeRange range);
}

/// <summary>Every minute begins with the sum of the constants, which is 0 without any.</summary>
internal sealed record Sum(IReadOnlyList<QueryNode> Of) : Aggregate(Of)
{
    protected override Timeline Combine(IEnumerable<Timeline> timelines, TimeRange range)
    {
        var result = Timeline.Empty(null);
        result.Fill(Constants.Sum(), range);
        foreach (var (minute, value) in timelines.SelectMany(t => t.Values).Where(v => result.Values.ContainsKey(v.Key)))
        {
            result.Values[minute] += value;
        }

        return result;
    }
}

/// <summary>Every minute begins with the largest of the constants, if there are any.</summary>
internal sealed record Max(IReadOnlyList<QueryNode> Of) : Aggregate(Of)
{
    protected override Timeline Combine(IEnumerable<Timeline> timelines, TimeRange range)
    {
        var result = Timeline.Empty(null);
        if (Constants.Any())
        {
            result.Fill(Constants.Max(), range);
        }

        foreach (var (minute, value) in timelines.SelectMany(t => t.Values).Where(v => range.Has(v.Key)))
        {
            result.Values[minute] = result.Values.TryGetValue(minute, out var known) ? Math.Max(known, value) : value;
        }

        return result;
    }
}

/// <summary>Of the sorted values of a minute the one at <c>q (n - 1) / 100</c>; constants take no part.</summary>
internal sealed record Percentile(double Quantile, IReadOnlyList<QueryNode> Of) : Aggregate(Of)
{
    protected override Timeline Combine(IEnumerable<Timeline> timelines, TimeRange range)
    {
        var result = Timeline.Empty(null);
        foreach (var minute in timelines.SelectMany(t => t.Values).Where(v => range.Has(v.Key)).GroupBy(v => v.Key, v => v.Value))
        {
            var values = minute.Order().ToList();
            result.Values[minute.Key] = values[(int)(Quantile * (values.Count - 1) / 100)];
        }

        return result;
    }
}

/// <summary>Change from one minute to the next, where both have values.</summary>
internal sealed record Rate(Operator Of) : Operator
{
    public override async Task<IReadOnlyList<Timeline>> RunAsync(QueryRun run, TimeRange range)
    {
        var timelines = await Of.RunAsync(run, range with { Start = range.Start - Timeline.Minute });
        return [.. timelines.Select(t => Timeline.Of(
            t.Instance,
            t.Values.Zip(t.Values.Skip(1))
                .Where(p => p.Second.Key - p.First.Key == Timeline.Minute)
                .Select(p => (p.Second.Key, p.Second.Value - p.First.Value)),
            range))];
    }
}

/// <summary>
/// Two sides, minute by minute: one side without an instance goes with each of the other, two sides with instances go
/// together by instance, and what has no partner is dropped.
/// </summary>
internal sealed record Arithmetic(string Name, QueryNode Left, QueryNode Right, Func<double, double, double?> Apply) : Operator
{
    // What is made of several timelines, or of a constant, has no instance.
    private const string NoInstance = "";

    public override async Task<IReadOnlyList<Timeline>> RunAsync(QueryRun run, TimeRange range)
    {
        var sides = await Task.WhenAll(SideAsync(Left, run, range), SideAsync(Right, run, range));
        var (left, right) = (sides[0], sides[1]);
        return (IsSingle(left), IsSingle(right)) switch
        {
            (false, false) => [.. left.Where(l => right.ContainsKey(l.Key)).Select(l => Combine(l.Key, l.Value, right[l.Key], range))],
            (true, _) => left.TryGetValue(NoInstance, out var one)
                ? [.. right.Values.Select(r => Combine(r.Instance, one, r, range))]
                : [],
            (false, true) => [.. left.Values.Select(l => Combine(l.Instance, l, right.GetValueOrDefault(NoInstance), range))],
        };
    }

    private static bool IsSingle(Dictionary<string, Timeline> side) =>
        side.Count == 0 || (side.Count == 1 && side.ContainsKey(NoInstance));

    private Timeline Combine(string? instance, Timeline left, Timeline? right, TimeRange range)
    {
        var result = Timeline.Empty(instance);
        foreach (var (minute, value) in left.Values)
        {
            if (range.Has(minute) && right is not null && right.Values.TryGetValue(minute, out var other)
                && Apply(value, other) is { } combined)
            {
                result.Values[minute] = combined;
            }
        }

        return result;
    }

    private async Task<Dictionary<string, Timeline>> SideAsync(QueryNode side, QueryRun run, TimeRange range)
    {
        switch (side)
        {
            case Constant constant:
                var filled = Timeline.Empty(null);
                filled.Fill(constant.Value, range);
                return new Dictionary<string, Timeline>(StringComparer.Ordinal) { [NoInstance] = filled };
            case Operator inner:
                var timelines = await inner.RunAsync(run, range);
                return timelines is [{ Instance: null }]
                    ? new Dictionary<string, Timeline>(StringComparer.Ordinal) { [NoInstance] = timelines[0] }
                    : timelines.ToDictionary(
                        t => t.Instance ?? throw new QueryException($"{Name} with multivariate requires instance based timeseries"),
                        StringComparer.Ordinal);
            default:
                throw new QueryException($"{Name} requires exactly two arguments.");
        }
    }
}
