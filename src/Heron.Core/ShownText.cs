// SPDX-License-Identifier: Apache-2.0
using System.Buffers;
using System.Globalization;
using System.Text;

namespace Heron.Core;

/// <summary>
/// Text from outside (a name, a file, another program's answer) made fit to be shown in a message or a log line: it stays one
/// line, says what it holds, and does nothing to the terminal that shows it.
/// </summary>
public static class ShownText
{
    /// <summary>How much of a name or value is shown unless the caller says otherwise, in characters.</summary>
    public const int DefaultLength = 120;

    /// <summary>How much of a message or an address is shown in a line of its own, as in the log, in characters.</summary>
    public const int LineLength = 4 * DefaultLength;

    private static readonly SearchValues<char> Plain = SearchValues.Create(
        " !\"#$%&'()*+,-./0123456789:;<=>?@ABCDEFGHIJKLMNOPQRSTUVWXYZ[\\]^_`abcdefghijklmnopqrstuvwxyz{|}~");

    /// <summary>
    /// The text as it is, with control characters, invisible ones and broken ones written as <c>\uXXXX</c>, and cut off with
    /// <c>...</c> when it is long.
    /// </summary>
    /// <param name="text">May be null, which shows as <c>-</c>.</param>
    /// <param name="longest">From how many characters on it is cut off.</param>
    public static string Of(string? text, int longest = DefaultLength)
    {
        if (text is null)
        {
            return "-";
        }

        if (text.Length <= longest && !text.AsSpan().ContainsAnyExcept(Plain))
        {
            return text;
        }

        var result = new StringBuilder(Math.Min(text.Length, longest) + 8);
        foreach (var rune in text.EnumerateRunes())
        {
            if (result.Length >= longest)
            {
                return result.Append("...").ToString();
            }

            Append(result, rune);
        }

        return result.ToString();
    }

    /// <summary>
    /// What a peer or a program said, as one line: every run of white space and line breaks becomes one blank, everything
    /// else is shown as <see cref="Of"/> does.
    /// </summary>
    /// <param name="text">May be null, which shows as an empty text.</param>
    /// <param name="longest">From how many characters on it is cut off.</param>
    public static string Line(string? text, int longest = LineLength)
    {
        var result = new StringBuilder();
        var blank = false;
        foreach (var rune in (text ?? "").EnumerateRunes())
        {
            if (result.Length >= longest)
            {
                return result.Append("...").ToString();
            }

            if (Rune.IsWhiteSpace(rune))
            {
                blank = result.Length > 0;
                continue;
            }

            if (blank)
            {
                result.Append(' ');
                blank = false;
            }

            Append(result, rune);
        }

        return result.ToString();
    }

    /// <summary>Whether a character is seen where it stands: no control, no format character, no mark of nothing.</summary>
    public static bool IsVisible(Rune rune) => !IsBlankLetter(rune) && Rune.GetUnicodeCategory(rune) is not (
        UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator
        or UnicodeCategory.ParagraphSeparator or UnicodeCategory.OtherNotAssigned or UnicodeCategory.PrivateUse
        or UnicodeCategory.Surrogate);

    private static void Append(StringBuilder result, Rune rune)
    {
        if (IsVisible(rune))
        {
            result.Append(rune);
        }
        else
        {
            result.Append(CultureInfo.InvariantCulture, $"\\u{rune.Value:X4}");
        }
    }

    // Characters that Unicode counts as letters, marks or symbols, and that show nothing: fillers of Hangul, the empty Braille
    // pattern, inherent vowels of Khmer, the joiner of marks, and the selectors of variations (Default_Ignorable_Code_Point).
    private static bool IsBlankLetter(Rune rune) => rune.Value is
        0x034F or 0x115F or 0x1160 or 0x17B4 or 0x17B5 or (>= 0x180B and <= 0x180F) or 0x2800 or 0x3164
        or (>= 0xFE00 and <= 0xFE0F) or 0xFFA0 or (>= 0xE0100 and <= 0xE01EF);
}
