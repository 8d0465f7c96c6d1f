// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;

namespace Heron.ApiServer.Tracker;

/// <summary>Writes values as Python does: clients of the tracker may compare or show what they get.</summary>
internal static class PythonText
{
    // From these on repr() writes an exponent.
    private const int SmallestPlain = -4;
    private const int LargestPlain = 16;

    /// <summary>What <c>repr()</c> makes of a text: in quotes, with what cannot be seen escaped.</summary>
    public static string Repr(string text)
    {
        var quote = text.Contains('\'', StringComparison.Ordinal) && !text.Contains('"', StringComparison.Ordinal) ? '"' : '\'';
        var result = new StringBuilder().Append(quote);
        foreach (var c in text)
        {
            result.Append(c switch
            {
                '\\' => "\\\\",
                '\n' => "\\n",
                '\r' => "\\r",
                '\t' => "\\t",
                _ when c == quote => "\\" + c,
                _ when char.IsControl(c) => string.Create(CultureInfo.InvariantCulture, $"\\x{(int)c:x2}"),
                _ => c.ToString(),
            });
        }

        return result.Append(quote).ToString();
    }

    /// <summary>What <c>repr()</c> makes of a finite number: <c>1.0</c>, <c>1e-05</c>.</summary>
    public static string Repr(double number)
    {
        var scientific = number.ToString("E16", CultureInfo.InvariantCulture);
        var exponent = int.Parse(scientific.AsSpan(scientific.IndexOf('E', StringComparison.Ordinal) + 1), CultureInfo.InvariantCulture);
        var shortest = number.ToString("R", CultureInfo.InvariantCulture);
        var digits = new string([.. shortest.Split('E')[0].Where(char.IsAsciiDigit)]).Trim('0');
        if (digits.Length == 0)
        {
            return shortest.StartsWith('-') ? "-0.0" : "0.0";
        }

        var sign = number < 0 ? "-" : "";
        return exponent switch
        {
            < SmallestPlain or >= LargestPlain => string.Create(
                CultureInfo.InvariantCulture,
                $"{sign}{digits[0]}{(digits.Length > 1 ? "." + digits[1..] : "")}e{(exponent < 0 ? '-' : '+')}{Math.Abs(exponent):00}"),
            < 0 => $"{sign}0.{new string('0', -exponent - 1)}{digits}",
            _ when digits.Length <= exponent + 1 => $"{sign}{digits.PadRight(exponent + 1, '0')}.0",
            _ => $"{sign}{digits[..(exponent + 1)]}.{digits[(exponent + 1)..]}",
        };
    }

    /// <summary>A number as a part of JSON, with a point whatever its value.</summary>
    public static JsonNode Number(double number) => JsonNode.Parse(Repr(number))!;
}
