// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using System.Numerics;
using System.Text.RegularExpressions;

namespace Heron.Core.Configuration.Yaml;

/// <summary>
/// What an unquoted YAML 1.1 scalar means, by the rules of the parser that Heron's Java and Python parts use: <c>yes</c> is
/// true, <c>010</c> is eight, <c>12:30:45</c> is a number of seconds.
/// </summary>
internal static partial class YamlScalars
{
    /// <summary>The kind of value that a scalar resolves to.</summary>
    internal enum Kind
    {
        Text,
        Null,
        Boolean,
        Integer,
        Float,
        Timestamp,
        Merge,
    }

    /// <summary>The kind of an unquoted scalar.</summary>
    internal static Kind Resolve(string text) => text switch
    {
        "" or "~" or "null" or "Null" or "NULL" => Kind.Null,
        "<<" => Kind.Merge,
        _ when Boolean().IsMatch(text) => Kind.Boolean,
        _ when Integer().IsMatch(text) => Kind.Integer,
        _ when Float().IsMatch(text) => Kind.Float,
        _ when Timestamp().IsMatch(text) => Kind.Timestamp,
        _ => Kind.Text,
    };

    /// <summary>
    /// The value of an unquoted scalar: null, <see cref="bool"/>, <see cref="int"/>, <see cref="long"/>,
    /// <see cref="BigInteger"/>, <see cref="double"/>, <see cref="DateTimeOffset"/> or a string.
    /// </summary>
    internal static object? Read(string text) => Resolve(text) switch
    {
        Kind.Null => null,
        Kind.Boolean => text[0] is 'y' or 'Y' or 't' or 'T' || text is "on" or "On" or "ON",
        Kind.Integer => ReadInteger(text),
        Kind.Float => ReadFloat(text),
        Kind.Timestamp => ReadTimestamp(text),
        _ => text,
    };

    private static object ReadInteger(string text)
    {
        var digits = text.Replace("_", "", StringComparison.Ordinal);
        var negative = digits[0] == '-';
        digits = digits.TrimStart('-', '+');
        var value = digits switch
        {
            "0" => BigInteger.Zero,
            _ when digits.StartsWith("0b", StringComparison.Ordinal) => Parse(digits[2..], 2),
            _ when digits.StartsWith("0x", StringComparison.Ordinal) => Parse(digits[2..], 16),
            _ when digits[0] == '0' => Parse(digits[1..], 8),
            _ when digits.Contains(':', StringComparison.Ordinal) =>
                digits.Split(':').Aggregate(BigInteger.Zero, (sum, part) => (sum * 60) + Parse(part, 10)),
            _ => Parse(digits, 10),
        };
        value = negative ? -value : value;
        if (value >= int.MinValue && value <= int.MaxValue)
        {
            return int.CreateChecked(value);
        }

        if (value >= long.MinValue && value <= long.MaxValue)
        {
            return long.CreateChecked(value);
        }

        return value;
    }

    private static BigInteger Parse(string digits, int radix)
    {
        if (radix == 10)
        {
            return BigInteger.Parse(digits, NumberStyles.None, CultureInfo.InvariantCulture);
        }

        var value = BigInteger.Zero;
        foreach (var digit in digits)
        {
            value = (value * radix) + Convert.ToInt32(digit.ToString(), 16);
        }

        return value;
    }

    private static double ReadFloat(string text)
    {
        var digits = text.Replace("_", "", StringComparison.Ordinal);
        var sign = digits[0] == '-' ? -1.0 : 1.0;
        digits = digits.TrimStart('-', '+');
        return digits.ToLowerInvariant() switch
        {
            ".inf" => sign * double.PositiveInfinity,
            ".nan" => double.NaN,
            _ when digits.Contains(':', StringComparison.Ordinal) =>
                sign * digits.Split(':').Aggregate(0.0, (sum, part) => (sum * 60) + ParseDouble(part)),
            _ => sign * ParseDouble(digits),
        };
    }

    private static double ParseDouble(string digits) =>
        double.Parse(digits, NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent, CultureInfo.InvariantCulture);

    // A date that does not exist (2020-13-45) stays the text that it is.
    private static object ReadTimestamp(string text) =>
        DateTimeOffset.TryParse(
            text,
            CultureInfo.InvariantCulture,
            DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal,
            out var instant)
            ? instant
            : text;

    [GeneratedRegex("^(?:yes|Yes|YES|no|No|NO|true|True|TRUE|false|False|FALSE|on|On|ON|off|Off|OFF)\\z")]
    private static partial Regex Boolean();

    [GeneratedRegex(
        "^(?:[-+]?0b_*[01][01_]*|[-+]?0[0-7_]*[0-7]_*|[-+]?(?:0|[1-9][0-9_]*)|[-+]?0x_*[0-9a-fA-F][0-9a-fA-F_]*" +
        "|[-+]?[1-9][0-9_]*(?::[0-5]?[0-9])+)\\z")]
    private static partial Regex Integer();

    [GeneratedRegex(
        "^(?:[-+]?[0-9][0-9_]*\\.[0-9_]*(?:[eE][-+]?[0-9]+)?|[-+]?[0-9][0-9_]*[eE][-+]?[0-9]+" +
        "|\\.[0-9][0-9_]*(?:[eE][-+]?[0-9]+)?|[-+]?[0-9][0-9_]*(?::[0-5]?[0-9])+\\.[0-9_]*" +
        "|[-+]?\\.(?:inf|Inf|INF)|\\.(?:nan|NaN|NAN))\\z")]
    private static partial Regex Float();

    [GeneratedRegex(
        "^(?:[0-9]{4}-[0-9]{2}-[0-9]{2}|[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}(?:[Tt]|[ \\t]+)[0-9]{1,2}:[0-9]{2}:[0-9]{2}" +
        "(?:\\.[0-9]*)?(?:[ \\t]*(?:Z|[-+][0-9]{1,2}(?::[0-9]{2})?))?)\\z")]
    private static partial Regex Timestamp();
}
