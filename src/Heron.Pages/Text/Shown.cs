// SPDX-License-Identifier: Apache-2.0
using System.Globalization;

namespace Heron.Pages.Text;

/// <summary>Amounts and times as people read them.</summary>
public static class Shown
{
    /// <summary>What stands where nothing is known.</summary>
    public const string Unknown = "–";

    private const double Thousand = 1000;
    private static readonly string[] ByteUnits = ["B", "KB", "MB", "GB", "TB", "PB"];
    private static readonly string[] CountUnits = ["", "k", "M", "G", "T"];

    /// <summary>Bytes in steps of 1024, three digits: <c>1.5 GB</c>.</summary>
    public static string Bytes(long? bytes) =>
        bytes is { } b ? Scaled(b, 1024, ByteUnits, " ") : Unknown;

    /// <summary>A count, three digits: <c>12.3k</c>.</summary>
    public static string Count(double? count) => count is { } c ? Scaled(c, Thousand, CountUnits, "") : Unknown;

    /// <summary>A rate: <c>12.3k/s</c>.</summary>
    public static string Rate(double? perSecond) => perSecond is null ? Unknown : Count(perSecond) + "/s";

    /// <summary>Cores: <c>1.5</c>.</summary>
    public static string Cores(double? cores) => cores?.ToString("0.##", CultureInfo.InvariantCulture) ?? Unknown;

    /// <summary>Milliseconds: <c>0.12 ms</c>, <c>1.2 s</c>.</summary>
    public static string Milliseconds(double? ms) => ms switch
    {
        null => Unknown,
        >= Thousand => (ms.Value / Thousand).ToString("0.0", CultureInfo.InvariantCulture) + " s",
        >= 10 => ms.Value.ToString("0", CultureInfo.InvariantCulture) + " ms",
        _ => ms.Value.ToString("0.##", CultureInfo.InvariantCulture) + " ms",
    };

    /// <summary>A share of one: <c>12.5 %</c>.</summary>
    public static string Percent(double? share) =>
        share is { } s ? (s * 100).ToString(s < 0.1 ? "0.0" : "0", CultureInfo.InvariantCulture) + " %" : Unknown;

    /// <summary>How long ago, in the coarsest steps that tell enough: a page whose topologies are old does not change each second.</summary>
    public static string Age(DateTimeOffset? since, DateTimeOffset now) => since is { } s ? Span(now - s) : Unknown;

    /// <summary>A span of time: <c>3 min</c>, <c>2 h 5 min</c>, <c>4 d</c>.</summary>
    public static string Span(TimeSpan span) => span switch
    {
        { TotalSeconds: < 10 } => "a moment",
        { TotalMinutes: < 1 } => Whole(Math.Floor(span.TotalSeconds / 10) * 10, "s"),
        { TotalHours: < 1 } => Whole(span.TotalMinutes, "min"),
        { TotalHours: < 10 } => Whole(span.TotalHours, "h") + (span.Minutes > 0 ? " " + Whole(span.Minutes, "min") : ""),
        { TotalDays: < 2 } => Whole(span.TotalHours, "h"),
        _ => Whole(span.TotalDays, "d"),
    };

    /// <summary>A moment, in UTC: what logs and other machines say too.</summary>
    public static string Moment(DateTimeOffset? moment) =>
        moment?.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss 'UTC'", CultureInfo.InvariantCulture) ?? Unknown;

    /// <summary>A moment for the <c>datetime</c> attribute.</summary>
    public static string Machine(DateTimeOffset moment) =>
        moment.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);

    /// <summary>A number and its noun: <c>1 container</c>, <c>3 containers</c>.</summary>
    public static string Of(int number, string one, string? many = null) =>
        string.Create(CultureInfo.InvariantCulture, $"{number} {(number == 1 ? one : many ?? one + "s")}");

    private static string Whole(double number, string unit) =>
        Math.Floor(number).ToString("0", CultureInfo.InvariantCulture) + " " + unit;

    private static string Scaled(double number, double step, string[] units, string gap)
    {
        var unit = 0;
        while (Math.Abs(number) >= step && unit < units.Length - 1)
        {
            number /= step;
            unit++;
        }

        var digits = Math.Abs(number) switch
        {
            >= 100 => "0",
            >= 10 => "0.#",
            _ => "0.##",
        };
        var text = number.ToString(digits, CultureInfo.InvariantCulture);
        return units[unit].Length == 0 ? text : text + gap + units[unit];
    }
}
