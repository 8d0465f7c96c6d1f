// SPDX-License-Identifier: Apache-2.0
using System.Buffers;
using System.Text;
using Heron.Core.Configuration;

namespace Heron.Core.Scheduling;

/// <summary>
/// The one way in which text of others becomes a word of a shell command. The word means exactly the text to every POSIX
/// shell; besides, neither <c>${</c> nor <c>{{</c> ever stands in it, so that Nomad's interpolation of environment values
/// and consul-template leave it alone on its way there.
/// </summary>
public static class ShellQuote
{
    private const string PlainCharacters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_./:,@%+";

    private static readonly SearchValues<char> Plain = SearchValues.Create(PlainCharacters);
    private static readonly SearchValues<char> PlainFlag = SearchValues.Create(PlainCharacters + "=");

    /// <summary>One word.</summary>
    /// <exception cref="HeronException">The text contains a null character, which no command line can hold.</exception>
    public static string Word(string text)
    {
        if (text.Contains('\0', StringComparison.Ordinal))
        {
            throw new HeronException(FaultKind.Invalid, "a value for a command line contains a null character");
        }

        if (IsPlain(text))
        {
            return text;
        }

        return "'" + text
            .Replace("'", "'\\''", StringComparison.Ordinal)
            .Replace("${", "$''{", StringComparison.Ordinal)
            .Replace("{{", "{''{", StringComparison.Ordinal)
            .Replace("{{", "{''{", StringComparison.Ordinal) + "'";
    }

    /// <summary>
    /// One word of a path, or of several with colons between. A leading <c>~</c> of each becomes the home of the account that runs the
    /// command; everything else means itself.
    /// </summary>
    /// <param name="before">What stands before the path in the word, such as the flag that takes it.</param>
    /// <param name="paths">The path or paths.</param>
    /// <inheritdoc cref="Word" path="//exception"/>
    public static string PathWord(string before, string paths)
    {
        var word = new StringBuilder();
        var literal = new StringBuilder(before);
        var separator = string.Empty;
        foreach (var path in paths.Split(':'))
        {
            literal.Append(separator);
            separator = ":";
            if (path is not HostEnvironment.NodeHome && !path.StartsWith(HostEnvironment.NodeHome + "/", StringComparison.Ordinal))
            {
                literal.Append(path);
                continue;
            }

            // Without braces: names in braces are for Nomad, whose agent has a home of its own.
            word.Append(literal.Length > 0 ? Word(literal.ToString()) : null).Append("\"$HOME\"");
            literal.Clear().Append(path, HostEnvironment.NodeHome.Length, path.Length - HostEnvironment.NodeHome.Length);
        }

        return word.Append(literal.Length > 0 || word.Length == 0 ? Word(literal.ToString()) : null).ToString();
    }

    /// <summary>Words with blanks between.</summary>
    public static string Words(IEnumerable<string> texts) => string.Join(' ', texts.Select(Word));

    private static bool IsPlain(string text)
    {
        // "a=b" in front of a command would be an assignment; behind a dash it is none.
        return text.StartsWith('-')
            ? text.AsSpan().IndexOfAnyExcept(PlainFlag) < 0
            : text.Length > 0 && text.AsSpan().IndexOfAnyExcept(Plain) < 0;
    }
}
