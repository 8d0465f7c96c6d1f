// SPDX-License-Identifier: Apache-2.0
using FsCheck;
using FsCheck.Fluent;
using Heron.Core.Configuration;
using Heron.Core.Configuration.Yaml;
using Heron.Core.Java;

namespace Heron.Core.Tests.Configuration;

public sealed class YamlWriterTests
{
    // Characters that mean something to YAML, to shells or to logs, and some of every plane.
    private static readonly string[] Pieces =
    [
        "a", "b", " ", "  ", "\n", "\n\n", "\r", "\t", ":", ": ", "#", " #", "-", "- ", "?", "? ", "'", "\"", "\\", "{", "}", "[", "]",
        ",", "&", "*", "!", "!!str ", "|", ">", "%", "@", "`", "=", "<<", "~", "null", "yes", "0x1", "1e3", "---", "...", "\0", "\u0001",
        "\u007f", "\u0085", "\u00a0", "é", "\u2028", "\ufeff", "日", "😀", "${HOME}", "averylongwordwithoutanyblanksinit", "\ud800",
    ];

    [Fact]
    public void Every_text_comes_back_as_it_was_as_value_and_as_key()
    {
        var texts = Gen.Elements(Pieces).ListOf().Select(pieces => string.Concat(pieces)).Where(IsUnicode);
        var property = Prop.ForAll(texts.ToArbitrary(), texts.ToArbitrary(), (key, value) =>
        {
            var written = OverrideFile.Create([new(key, value), new(key + "2", "plain")]);
            var read = YamlReader.ReadMap(written, "written");
            return read.Count == 2 && Equals(read[key], value) && Equals(read[key + "2"], "plain");
        });
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(2000).WithReplay(20240601, 7), property);
    }

    [Theory]
    [InlineData("x\nheron.class.scheduler: evil")]
    [InlineData("x'\nheron.class.scheduler: evil\n'")]
    [InlineData("x\r\nheron.class.scheduler: evil")]
    [InlineData("x\u2028heron.class.scheduler: evil")]
    [InlineData("x\u0085heron.class.scheduler: evil")]
    [InlineData("&a [*a, *a]")]
    [InlineData("!!python/object/apply:os.system ['reboot']")]
    [InlineData("--- \nheron.class.scheduler: evil")]
    [InlineData("|\n heron.class.scheduler: evil")]
    public void Override_of_a_form_stays_one_value_of_one_key(string hostile)
    {
        var text = OverrideFile.ForSubmission(
            new Dictionary<string, string> { ["server"] = hostile },
            new Dictionary<string, string> { ["form"] = hostile, [hostile] = "value" });
        var read = YamlReader.ReadMap(text, "written");
        Assert.Equal(["server", "form", hostile], read.Keys);
        Assert.Equal([hostile, hostile, "value"], read.Values);
    }

    [Theory]
    [InlineData(0.1, "0.1")]
    [InlineData(1.0, "1.0")]
    [InlineData(100.0, "100.0")]
    [InlineData(1234567.0, "1234567.0")]
    [InlineData(1e7, "1.0E7")]
    [InlineData(0.001, "0.001")]
    [InlineData(0.0001, "1.0E-4")]
    [InlineData(-2.5e-10, "-2.5E-10")]
    [InlineData(1.7976931348623157e308, "1.7976931348623157E308")]
    [InlineData(double.NaN, "NaN")]
    [InlineData(double.PositiveInfinity, "Infinity")]
    public void Numbers_are_written_as_Java_writes_them(double value, string expected) =>
        Assert.Equal(expected, JavaNumber.Text(value));

    // A lone surrogate has no UTF-8 form; it cannot come out of a form or a file.
    private static bool IsUnicode(string text) =>
        text.EnumerateRunes().All(rune => rune.Value != 0xFFFD) || !text.Contains('\ud800', StringComparison.Ordinal);
}
