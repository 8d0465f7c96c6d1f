using System.Buffers;
using System.Globalization;
using System.Text;

namespace Heron.ApiServer.Logging;

/// <summary>Makes text that came from outside safe for a log line: no line break, no terminal escape, no megabytes.</summary>
internal static class LogText
{
    private const int MaxLength = 512;

    private static readonly SearchValues<char> Printable = SearchValues.Create(
        " !\"#$%&'()*+,-./0123456789:;<=>?@ABCDEFGHIJKLMNOPQRSTUVWXYZ[]^_`abcdefghijklmnopqrstuvwxyz{|}~");

    /// <summary>The text with everything that is no plain letter, digit or sign written as an escape.</summary>
    public static string Escape(string? text)
    {
        if (text is null)
        {
            return "-";
        }

        if (text.Length <= MaxLength && !text.AsSpan().ContainsAnyExcept(Printable))
        {
            return text;
        }

        var escaped = new StringBuilder();
        foreach (var rune in text.EnumerateRunes())
        {
            if (escaped.Length > MaxLength)
            {
                return escaped.Append("...").ToString();
            }

            if (rune.Value == '\\')
            {
                escaped.Append(@"\\");
            }
            else if (rune.IsAscii && Printable.Contains((char)rune.Value))
            {
                escaped.Append((char)rune.Value);
            }
            else if (IsHarmless(rune))
            {
                escaped.Append(rune);
            }
            else
            {
                escaped.Append(CultureInfo.InvariantCulture, $@"\u{rune.Value:x4}");
            }
        }

        return escaped.ToString();
    }

    private static bool IsHarmless(Rune rune) => !rune.IsAscii && (Rune.IsLetterOrDigit(rune) || Rune.IsSymbol(rune));
}
