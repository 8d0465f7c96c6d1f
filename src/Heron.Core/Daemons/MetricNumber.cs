using System.Globalization;

namespace Heron.Core.Daemons;

/// <summary>Numbers as the daemons write them: <c>1472.000000</c>, <c>1.2345E7</c>, <c>71</c>, <c>-nan</c>.</summary>
public static class MetricNumber
{
    /// <summary>The number; null for a mean of nothing (<c>nan</c>) and for what is no number.</summary>
    public static double? Parse(string? text) =>
        double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && double.IsFinite(number)
            ? number
            : null;
}
