// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using System.Text;

namespace Heron.Core.Topologies;

/// <summary>
/// The names of definition and binary inside the topology package. The executor puts them into shell commands
/// (<c>tar -xvf NAME</c>, <c>unzip NAME</c>) without quotes and into class paths, and nodes unpack them into their
/// working folder, so what a client calls its files is taken over only as far as it means nothing there.
/// </summary>
public static class TopologyFileNames
{
    private const int MaxBytes = 120;

    /// <summary>
    /// The last segment of what the client sent, every character that is no letter, digit, <c>-</c>, <c>_</c>, <c>.</c>
    /// or <c>+</c> replaced by <c>_</c>. A name that was harmless comes back unchanged.
    /// </summary>
    /// <param name="submitted">As the client sent it: a path of any system, or nothing usable at all.</param>
    /// <param name="fallback">What to use when nothing is left.</param>
    public static string Harmless(string? submitted, string fallback)
    {
        var text = submitted ?? string.Empty;
        text = text[(text.LastIndexOfAny(['/', '\\']) + 1)..];
        var result = new StringBuilder();
        foreach (var rune in text.EnumerateRunes())
        {
            var harmless = rune != Rune.ReplacementChar
                && (Rune.IsLetterOrDigit(rune)
                    || Rune.GetUnicodeCategory(rune) is UnicodeCategory.NonSpacingMark or UnicodeCategory.SpacingCombiningMark
                    || (rune.IsAscii && "-_.+".Contains((char)rune.Value, StringComparison.Ordinal)));
            if (harmless)
            {
                result.Append(rune);
            }
            else
            {
                result.Append('_');
            }
        }

        var name = Shortened(result.ToString().TrimStart('-', '.'));
        return name.Trim('_', '.').Length == 0 ? fallback : name;
    }

    /// <summary>Keeps the end, which holds the extension.</summary>
    private static string Shortened(string name)
    {
        while (Encoding.UTF8.GetByteCount(name) > MaxBytes)
        {
            name = name[(char.IsSurrogatePair(name, 0) ? 2 : 1)..];
        }

        return name.TrimStart('-', '.');
    }
}
