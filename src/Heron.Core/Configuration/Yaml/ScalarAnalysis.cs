// SPDX-License-Identifier: Apache-2.0
namespace Heron.Core.Configuration.Yaml;

/// <summary>In which styles a text can be written in block context, and still be read back as it is.</summary>
internal readonly record struct ScalarAnalysis(bool Multiline, bool AllowPlain, bool AllowSingleQuoted, bool AllowBlock)
{
    private const string FirstIndicators = "#,[]{}&*!|>'\"%@`";

    /// <summary>Decides for one text.</summary>
    internal static ScalarAnalysis Of(string text)
    {
        if (text.Length == 0)
        {
            return new ScalarAnalysis(false, AllowPlain: true, AllowSingleQuoted: true, AllowBlock: false);
        }

        var special = HasBlankBeforeBreak(text) || HasSpecial(text);
        var outer = IsBlankOrBreak(text[0]) || IsBlankOrBreak(text[^1]);
        var multiline = text.Any(IsBreak);
        return new ScalarAnalysis(
            multiline,
            AllowPlain: !special && !outer && !multiline && !HasIndicator(text),
            AllowSingleQuoted: !special && !multiline,
            AllowBlock: !special && text[^1] != ' ');
    }

    /// <summary>The position of the first character that may not stand in a YAML document, or -1.</summary>
    internal static int IndexOfUnprintable(string text)
    {
        for (var i = 0; i < text.Length; i++)
        {
            if (char.IsSurrogatePair(text, i))
            {
                i++;
            }
            else if (!IsPrintable(text[i]))
            {
                return i;
            }
        }

        return -1;
    }

    /// <summary>Whether a character may stand in a YAML document as itself.</summary>
    internal static bool IsPrintable(char c) =>
        c is (>= ' ' and <= '~') or '\t' or '\n' or '\r' or '\u0085' or (>= '\u00A0' and <= '\uD7FF')
            or (>= '\uE000' and <= '\uFFFD');

    private static bool HasIndicator(string text)
    {
        if (text.StartsWith("---", StringComparison.Ordinal) || text.StartsWith("...", StringComparison.Ordinal)
            || FirstIndicators.Contains(text[0], StringComparison.Ordinal)
            || (text[0] is '?' or ':' or '-' && BlankAt(text, 1)))
        {
            return true;
        }

        for (var i = 1; i < text.Length; i++)
        {
            if ((text[i] == ':' && BlankAt(text, i + 1)) || (text[i] == '#' && BlankAt(text, i - 1)))
            {
                return true;
            }
        }

        return false;
    }

    private static bool HasBlankBeforeBreak(string text) =>
        Enumerable.Range(1, text.Length - 1).Any(i => IsBreak(text[i]) && text[i - 1] == ' ');

    // Characters that only double quotes can carry.
    private static bool HasSpecial(string text)
    {
        for (var i = 0; i < text.Length; i++)
        {
            if (char.IsSurrogatePair(text, i))
            {
                i++;
            }
            else if (text[i] is '\t' or '\r' or '\u0085' or '\u2028' or '\u2029' or '\uFEFF' || !IsPrintable(text[i]))
            {
                return true;
            }
        }

        return false;
    }

    private static bool BlankAt(string text, int index) =>
        index >= text.Length || text[index] is '\0' or ' ' or '\t' || IsBreak(text[index]);

    private static bool IsBlankOrBreak(char c) => c == ' ' || IsBreak(c);

    private static bool IsBreak(char c) => c is '\n' or '\u0085' or '\u2028' or '\u2029';
}
