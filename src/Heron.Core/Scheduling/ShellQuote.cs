using System.Buffers;

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
