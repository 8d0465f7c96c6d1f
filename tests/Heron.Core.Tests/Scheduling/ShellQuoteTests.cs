// SPDX-License-Identifier: Apache-2.0
using Heron.Core.Scheduling;

namespace Heron.Core.Tests.Scheduling;

public class ShellQuoteTests
{
    private const string Count = "printf '%s\\n' \"$#\"; for a in \"$@\"; do printf '%s' \"$a\" | od -An -v -tx1; printf 'END\\n'; done";

    private static readonly string[] Hostile =
    [
        "", " ", "a b", "'", "''", "\"", "\\", "\\'", "`id`", "$(id)", "${HOME}", "$HOME", "$${HOME}", "${NOMAD_PORT_server}",
        "{{ env \"HOME\" }}", "{{{{", "{{{", "${{", "a\nb", "a\r\nb", "\t", "*", "/tmp/*", "?", "[a-z]", "~", "~root", "!!", "#x",
        "a;id", "a&id", "a|id", "a>x", "<x", "(61)", "&equals;", "a=b", "=", "-n", "--a=b c", "\u001b[31m", "größe", "日本語",
        "😀", "'; rm -rf /tmp/nothing; '", "\\n", "%s", "a\\", "$", "$'a'", "$\"a\"", "x'${HOME}'y", "\u00a0",
    ];

    [Fact]
    public void Every_text_is_one_word_for_the_real_shell()
    {
        var printed = Shell.Run($"set -- {ShellQuote.Words(Hostile)}; {Count}");
        Assert.Equal(Expected(Hostile), Normalised(printed));
    }

    [Fact]
    public void Every_text_survives_being_evaluated_out_of_a_variable_as_the_start_script_does()
    {
        var printed = Shell.Run(
            $"eval \"set -- $WORDS\"; {Count}",
            new Dictionary<string, string> { ["WORDS"] = ShellQuote.Words(Hostile) });
        Assert.Equal(Expected(Hostile), Normalised(printed));
    }

    [Fact]
    public void A_thousand_random_texts_survive_too()
    {
        const string alphabet = "ab '\"\\$`{}()&|;<>*?[]~!#=-+%\n\té😀";
        var random = new Random(7);
        var runes = alphabet.EnumerateRunes().Select(r => r.ToString()).ToArray();
        var texts = Enumerable.Range(0, 1000)
            .Select(_ => string.Concat(Enumerable.Range(0, random.Next(12)).Select(_ => runes[random.Next(runes.Length)])))
            .ToArray();
        Assert.Equal(Expected(texts), Normalised(Shell.Run($"set -- {ShellQuote.Words(texts)}; {Count}")));
        Assert.All(texts, text => AssertOpaque(ShellQuote.Word(text)));
    }

    [Fact]
    public void Neither_Nomad_nor_its_templates_find_anything_to_replace() =>
        Assert.All(Hostile, text => AssertOpaque(ShellQuote.Word(text)));

    [Fact]
    public void Plain_words_stay_readable()
    {
        Assert.Equal("--cluster=local", ShellQuote.Word("--cluster=local"));
        Assert.Equal("./heron-core/bin/heron-executor", ShellQuote.Word("./heron-core/bin/heron-executor"));
        Assert.Equal("''", ShellQuote.Word(""));
        Assert.Equal("'a=b'", ShellQuote.Word("a=b"));
    }

    [Fact]
    public void A_null_character_is_refused() =>
        Assert.Equal(FaultKind.Invalid, Assert.Throws<HeronException>(() => ShellQuote.Word("a\0b")).Kind);

    private static void AssertOpaque(string word)
    {
        Assert.DoesNotContain("${", word, StringComparison.Ordinal);
        Assert.DoesNotContain("{{", word, StringComparison.Ordinal);
    }

    private static string Expected(string[] texts) => $"{texts.Length};" + string.Concat(texts.Select(
        text => Convert.ToHexStringLower(System.Text.Encoding.UTF8.GetBytes(text)) + ";"));

    private static string Normalised(string printed) => printed
        .Replace("END", ";", StringComparison.Ordinal)
        .Replace(" ", string.Empty, StringComparison.Ordinal)
        .Replace("\n", string.Empty, StringComparison.Ordinal) is var text
        ? text[..CountDigits(text)] + ";" + text[CountDigits(text)..]
        : string.Empty;

    private static int CountDigits(string text) => text.StartsWith("1000", StringComparison.Ordinal) ? 4 : 2;
}
