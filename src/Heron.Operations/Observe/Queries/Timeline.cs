// SPDX-License-Identifier: Apache-2.0
namespace Heron.Operations.Observe.Queries;

/// <summary>Values of full minutes.</summary>
/// <param name="Instance">Whose; null when it is made of several.</param>
/// <param name="Values">By minute, in seconds since 1970; minutes without a value are missing.</param>
public sealed record Timeline(string? Instance, SortedDictionary<long, double> Values)
{
    internal const int Minute = 60;

    /// <summary>Without values yet.</summary>
    internal static Timeline Empty(string? instance) => new(instance, []);

    /// <summary>The values of some times, floored to the minute; of two in one minute the later one in the list stays.</summary>
    internal static Timeline Of(string? instance, IEnumerable<(long Time, double Value)> values, TimeRange range)
    {
        var timeline = Empty(instance);
        foreach (var (time, value) in values)
        {
            var minute = Floor(time);
            if (range.Has(minute))
            {
                timeline.Values[minute] = value;
            }
        }

        return timeline;
    }

    /// <summary>Gives a value to all minutes that have none or 0: a topology manager's newest minute is 0 until it is reported.</summary>
    internal void Fill(double value, TimeRange range)
    {
        for (var minute = -Floor(-range.Start); minute <= range.End; minute += Minute)
        {
            if (Values.GetValueOrDefault(minute) == 0)
            {
                Values[minute] = value;
            }
        }
    }

    private static long Floor(long time) => time - ((time % Minute + Minute) % Minute);
}

/// <summary>From and to, in seconds since 1970; both belong to it.</summary>
/// <param name="Start">The first second.</param>
/// <param name="End">The last second.</param>
public sealed record TimeRange(long Start, long End)
{
    internal bool Has(long time) => Start <= time && time <= End;
}
