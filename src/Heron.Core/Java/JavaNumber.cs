// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using System.Numerics;

namespace Heron.Core.Java;

/// <summary>Reads, rounds and writes numbers as Java does, so that plans and messages come out the same.</summary>
public static class JavaNumber
{
    /// <summary><c>Integer.parseInt</c>: an optional sign and digits of any script, no blanks.</summary>
    /// <param name="text">The number.</param>
    /// <param name="where">Which setting it is, for the message; null says no more than Java does.</param>
    /// <exception cref="HeronException"><see cref="FaultKind.Invalid"/>, beginning with Java's message.</exception>
    public static int ParseInt(string text, string? where = null) =>
        TryParseWhole(text) is { } number and >= int.MinValue and <= int.MaxValue ? (int)number : throw NotANumber(text, where);

    /// <summary><c>Long.parseLong</c>.</summary>
    /// <inheritdoc cref="ParseInt"/>
    public static long ParseLong(string text, string? where = null) => TryParseWhole(text) ?? throw NotANumber(text, where);

    /// <summary><c>Double.parseDouble</c>: blanks around it do no harm; NaN and infinite numbers are numbers.</summary>
    /// <inheritdoc cref="ParseInt"/>
    public static double ParseDouble(string text, string? where = null)
    {
        var trimmed = JavaText.Trim(text);
        if (trimmed.Length == 0)
        {
            throw new HeronException(FaultKind.Invalid, where is null ? "empty String" : $"empty String ({where} must be a number)");
        }

        return TryParseDouble(trimmed) ?? throw NotANumber(text, where, "a number");
    }

    /// <summary><c>Long.parseLong</c>, or null.</summary>
    public static long? TryParseWhole(string text)
    {
        // An optional sign and decimal digits of any script, nothing else.
        Span<char> ascii = text.Length <= 64 ? stackalloc char[text.Length] : new char[text.Length];
        for (var i = 0; i < text.Length; i++)
        {
            var digit = CharUnicodeInfo.GetDecimalDigitValue(text[i]);
            if (digit < 0 && !(i == 0 && text.Length > 1 && text[0] is '+' or '-'))
            {
                return null;
            }

            ascii[i] = digit < 0 ? text[i] : (char)('0' + digit);
        }

        return long.TryParse(ascii, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number)
            ? number
            : null;
    }

    /// <summary><c>Double.parseDouble</c>, or null.</summary>
    public static double? TryParseDouble(string text)
    {
        var trimmed = JavaText.Trim(text);
        var unsigned = trimmed.TrimStart('+', '-');
        if (trimmed.Length - unsigned.Length > 1)
        {
            return null;
        }

        if (unsigned is "NaN" or "Infinity")
        {
            var value = unsigned == "NaN" ? double.NaN : double.PositiveInfinity;
            return trimmed[0] == '-' ? -value : value;
        }

        if (unsigned.StartsWith("0x", StringComparison.OrdinalIgnoreCase))
        {
            var magnitude = TryParseHexadecimal(unsigned[2..]);
            return trimmed[0] == '-' ? -magnitude : magnitude;
        }

        // Java allows the suffixes of its literals.
        var plain = unsigned.Length > 1 && unsigned[^1] is 'd' or 'D' or 'f' or 'F' ? trimmed[..^1] : trimmed;
        const NumberStyles Style =
            NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent;
        return unsigned.Length > 0 && unsigned[0] is '.' or (>= '0' and <= '9')
            && double.TryParse(plain, Style, CultureInfo.InvariantCulture, out var number)
                ? number
                : null;
    }

    /// <summary><c>Math.round</c>: halves go up, what is too large becomes the largest number, NaN becomes 0.</summary>
    public static long Round(double value)
    {
        if (double.IsNaN(value))
        {
            return 0;
        }

        var floor = Math.Floor(value);
        var rounded = value - floor >= 0.5 ? floor + 1 : floor;
        return rounded switch
        {
            >= 9223372036854775807d => long.MaxValue,
            <= -9223372036854775808d => long.MinValue,
            _ => (long)rounded,
        };
    }

    /// <summary><c>Double.compare</c>: -0 is less than 0, and NaN is greater than all.</summary>
    public static int Compare(double left, double right)
    {
        if (left < right)
        {
            return -1;
        }

        if (left > right)
        {
            return 1;
        }

        return Canonical(left).CompareTo(Canonical(right));

        static long Canonical(double value) =>
            double.IsNaN(value) ? 0x7ff8000000000000L : BitConverter.DoubleToInt64Bits(value);
    }

    /// <summary><c>String.format("%.nf")</c>: the shortest decimal form of the number, rounded half up.</summary>
    public static string Fixed(double value, int decimals)
    {
        if (!double.IsFinite(value))
        {
            return double.IsNaN(value) ? "NaN" : value > 0 ? "Infinity" : "-Infinity";
        }

        var (digits, scale) = ShortestDecimal(value);
        var tooMany = scale - decimals;
        var rounded = tooMany > 0
            ? (digits + (5 * BigInteger.Pow(10, tooMany - 1))) / BigInteger.Pow(10, tooMany)
            : digits * BigInteger.Pow(10, -tooMany);
        var text = rounded.ToString(CultureInfo.InvariantCulture).PadLeft(decimals + 1, '0');
        var whole = text.Length - decimals;
        return (double.IsNegative(value) ? "-" : "") + text[..whole] + (decimals > 0 ? "." + text[whole..] : "");
    }

    /// <summary>
    /// <c>Double.toString</c>: at least one digit after the point, and powers of ten below a thousandth and from ten
    /// million on.
    /// </summary>
    public static string Text(double value)
    {
        if (!double.IsFinite(value))
        {
            return Fixed(value, 0);
        }

        var magnitude = Math.Abs(value);
        var (digits, scale) = ShortestDecimal(value);
        var (text, sign) = (digits.ToString(CultureInfo.InvariantCulture), double.IsNegative(value) ? "-" : "");
        if (magnitude == 0 || magnitude is >= 1e-3 and < 1e7)
        {
            return Fixed(value, Math.Max(scale, 1));
        }

        var fraction = text[1..].TrimEnd('0');
        return $"{sign}{text[0]}.{(fraction.Length == 0 ? "0" : fraction)}E{text.Length - 1 - scale}";
    }

    // The fewest digits that read back as the same number, and how many of them stand behind the point.
    private static (BigInteger Digits, int Scale) ShortestDecimal(double value)
    {
        var parts = Math.Abs(value).ToString("R", CultureInfo.InvariantCulture).Split('E');
        var point = parts[0].IndexOf('.', StringComparison.Ordinal);
        var fraction = point < 0 ? 0 : parts[0].Length - point - 1;
        var exponent = parts.Length > 1 ? int.Parse(parts[1], CultureInfo.InvariantCulture) : 0;
        var digits = BigInteger.Parse(parts[0].Replace(".", "", StringComparison.Ordinal), CultureInfo.InvariantCulture);
        return (digits, fraction - exponent);
    }

    // Hexadecimal digits with or without a point, then the obligatory power of two: 1.8p1 is three.
    private static double? TryParseHexadecimal(string text)
    {
        var parts = text.TrimEnd('d', 'D', 'f', 'F').Split('p', 'P');
        var point = parts[0].IndexOf('.', StringComparison.Ordinal);
        var digits = parts[0].Replace(".", "", StringComparison.Ordinal);
        if (parts.Length != 2
            || parts[0].Length - digits.Length > 1
            || !ulong.TryParse(digits, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var mantissa)
            || !int.TryParse(parts[1], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var exponent))
        {
            return null;
        }

        var fraction = point < 0 ? 0 : parts[0].Length - point - 1;
        return Math.ScaleB(mantissa, exponent - (4 * fraction));
    }

    private static HeronException NotANumber(string text, string? where, string wanted = "a whole number") => new(
        FaultKind.Invalid,
        $"For input string: \"{ShownText.Of(text)}\"{(where is null ? "" : $" ({where} must be {wanted})")}");
}
