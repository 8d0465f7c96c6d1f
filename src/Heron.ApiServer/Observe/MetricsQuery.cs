// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using Heron.Core;
using Heron.Core.Daemons;

namespace Heron.ApiServer.Observe;

/// <summary>Reads the query of a request for metrics.</summary>
internal static class MetricsQuery
{
    private const int SecondsPerMinute = 60;
    private const int SecondsPerHour = 3600;
    private const long MaxSeconds = 24 * SecondsPerHour;

    private static readonly long LastSecond = DateTimeOffset.MaxValue.ToUnixTimeSeconds();

    private static readonly string[] Known = ["component", "instance", "metric", "window", "from", "to", "minutes"];

    /// <summary>The question.</summary>
    /// <exception cref="HeronException"><see cref="FaultKind.BadRequest"/>: the message says what to change.</exception>
    public static MetricQuestion Read(IQueryCollection query, DateTimeOffset now)
    {
        RefuseUnknown(query, Known);
        var component = Required(query, "component");
        var metrics = query["metric"].OfType<string>().ToList();
        if (metrics.Count == 0)
        {
            throw new HeronException(
                FaultKind.BadRequest, "metric is missing: name one or more, such as metric=__emit-count/default");
        }

        var question = new MetricQuestion(component, metrics)
        {
            Instances = [.. query["instance"].OfType<string>()],
            Minutely = Flag(query, "minutes"),
        };
        return (query["window"].ToString(), query["from"].ToString(), query["to"].ToString()) switch
        {
            ("", "", "") => question with { Window = SecondsPerMinute * 10 },
            (var window, "", "") => question with { Window = Window(window) },
            ("", not "", _) => question with { Between = Between(query, now) },
            ("", "", _) => throw new HeronException(FaultKind.BadRequest, "to is given without from"),
            _ => throw new HeronException(FaultKind.BadRequest, "give window, or from and to, not both"),
        };
    }

    /// <summary>A parameter that must be there once.</summary>
    /// <exception cref="HeronException"><see cref="FaultKind.BadRequest"/>: it is missing, or there several times.</exception>
    public static string Required(IQueryCollection query, string name) =>
        Optional(query, name) ?? throw new HeronException(FaultKind.BadRequest, $"{name} is missing");

    /// <summary>A parameter that may be there once.</summary>
    /// <exception cref="HeronException"><see cref="FaultKind.BadRequest"/>: it is there several times.</exception>
    public static string? Optional(IQueryCollection query, string name) => query[name] switch
    {
        [] or [""] or [null] => null,
        [var only] => only,
        _ => throw new HeronException(FaultKind.BadRequest, $"{name} is given several times"),
    };

    /// <summary>A parameter that is on (<c>true</c>, or named without a value) or off.</summary>
    /// <exception cref="HeronException"><see cref="FaultKind.BadRequest"/>: it is something else.</exception>
    public static bool Flag(IQueryCollection query, string name) => query.TryGetValue(name, out var value) && value.ToString() switch
    {
        "" or "true" => true,
        "false" => false,
        _ => throw new HeronException(FaultKind.BadRequest, $"{name} is true or false"),
    };

    /// <summary>Refuses a query that has parameters which mean nothing.</summary>
    /// <exception cref="HeronException"><see cref="FaultKind.BadRequest"/>: there is one; the message names those that there are.</exception>
    public static void RefuseUnknown(IQueryCollection query, params string[] known)
    {
        if (query.Keys.FirstOrDefault(k => !known.Contains(k, StringComparer.Ordinal)) is { } unknown)
        {
            throw new HeronException(
                FaultKind.BadRequest,
                known.Length == 0
                    ? $"'{ShownText.Of(unknown)}' means nothing here: this path takes no parameters"
                    : $"'{ShownText.Of(unknown)}' means nothing here; known are {string.Join(", ", known)}");
        }
    }

    // 600, 600s, 10m, 3h, or all.
    private static long Window(string text)
    {
        if (text == "all")
        {
            return -1;
        }

        var unit = text[^1] switch { 's' => 1, 'm' => SecondsPerMinute, 'h' => SecondsPerHour, _ => 0 };
        return long.TryParse(unit == 0 ? text : text[..^1], NumberStyles.None, CultureInfo.InvariantCulture, out var count)
            && count is > 0 and <= MaxSeconds && count * Math.Max(1, unit) <= MaxSeconds
                ? count * Math.Max(1, unit)
                : throw new HeronException(
                    FaultKind.BadRequest, "window is a number of seconds, or such as 10m or 3h, up to a day, or all");
    }

    private static (long Start, long End) Between(IQueryCollection query, DateTimeOffset now)
    {
        var (from, to) = (Time(query, "from") ?? 0, Time(query, "to") ?? now.ToUnixTimeSeconds());
        return from < to && to - from <= MaxSeconds
            ? (from, to)
            : throw new HeronException(FaultKind.BadRequest, "from is before to, and by a day at most");
    }

    /// <summary>A time, in Unix seconds; null when it is not given.</summary>
    /// <exception cref="HeronException"><see cref="FaultKind.BadRequest"/>: it is none.</exception>
    public static long? Time(IQueryCollection query, string name)
    {
        var text = Optional(query, name);
        if (text is null)
        {
            return null;
        }

        return long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds) && seconds <= LastSecond ? seconds
            : DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time) ? time.ToUnixTimeSeconds()
            : throw new HeronException(FaultKind.BadRequest, $"{name} is a time in seconds since 1970, or such as 2026-11-28T19:46:00Z");
    }
}
