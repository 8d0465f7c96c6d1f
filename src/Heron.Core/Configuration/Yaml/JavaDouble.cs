using System.Globalization;

namespace Heron.Core.Configuration.Yaml;

/// <summary>Writes numbers the way Java does, because Heron's files and answers hold such text: <c>1.0</c>, <c>1.0E10</c>.</summary>
public static class JavaDouble
{
    /// <summary>The text of a number; infinite and undefined ones give <c>Infinity</c>, <c>-Infinity</c> and <c>NaN</c>.</summary>
    public static string ToText(double value)
    {
        if (!double.IsFinite(value))
        {
            return double.IsNaN(value) ? "NaN" : value > 0 ? "Infinity" : "-Infinity";
        }

        if (value == 0)
        {
            return double.IsNegative(value) ? "-0.0" : "0.0";
        }

        var (digits, exponent) = Shortest(Math.Abs(value));
        var sign = value < 0 ? "-" : "";
        if (exponent is >= -3 and < 7)
        {
            return sign + PlainNotation(digits, exponent);
        }

        var fraction = digits.Length > 1 ? digits[1..] : "0";
        return string.Create(CultureInfo.InvariantCulture, $"{sign}{digits[0]}.{fraction}E{exponent}");
    }

    private static string PlainNotation(string digits, int exponent)
    {
        if (exponent < 0)
        {
            return "0." + new string('0', -exponent - 1) + digits;
        }

        var whole = digits.PadRight(exponent + 1, '0');
        var fraction = whole[(exponent + 1)..];
        return whole[..(exponent + 1)] + "." + (fraction.Length > 0 ? fraction : "0");
    }

    // The fewest digits that give the number back, without leading and trailing zeros, and the exponent of the first one.
    private static (string Digits, int Exponent) Shortest(double value)
    {
        var parts = value.ToString("R", CultureInfo.InvariantCulture).Split('E');
        var point = parts[0].IndexOf('.', StringComparison.Ordinal);
        var all = parts[0].Replace(".", "", StringComparison.Ordinal);
        var significant = all.TrimStart('0');
        var exponent = (point < 0 ? all.Length : point) - 1 - (all.Length - significant.Length);
        var scale = parts.Length > 1 ? int.Parse(parts[1], CultureInfo.InvariantCulture) : 0;
        return (significant.TrimEnd('0'), exponent + scale);
    }
}
