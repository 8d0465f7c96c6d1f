// SPDX-License-Identifier: Apache-2.0
using System.Diagnostics;
using System.Globalization;
using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Heron.Core.Configuration.Yaml;

namespace Heron.Core.Tests.Configuration;

/// <summary>What is written here comes back as it was from the libraries by which Heron's Python and Java parts read it.</summary>
public sealed class YamlOtherReadersTests
{
    private static readonly string[] Known =
    [
        "", "=", "<<", "~", "null", "Null", "yes", "no", "on", "off", "y", "n", "Y", "N", "true", "True", "0", "010", "0x1F", "0b11", "0o7",
        "1_000", "12:30:45", "1e3", "1.", ".5", ".inf", "-.INF", ".NaN", "+1", "1.5e", "2020-01-02", "2020-01-02T03:04:05Z", "2020-13-45",
        "-", "- a", "? a", ": a", "a: b", "a:", ":a", "a #b", "#a", "a#b", "&a", "*a", "a *b", "!a", "!!str a", "|", ">", "%", "@a", "`a", "'", "''",
        "\"", "\\", "{}", "[]", "{", "}", ",", "a, b", "---", "--- a", "...", "... a", "\n", "\n\n", " \n", "\n ", "a\n", "a\n\n", "\na", " a\nb",
        "a\n  b", "a \nb", "\t", "a\tb", "\ta", "a\t", "\r", "a\r\nb", "\u0085", "a\u0085b", "\u2028", "a\u2029", "\ufeff", "a\ufeff", "\u0000", "\u001b[0m",
        "\u007f", "\u00a0", "é", "日本", "😀", "a 😀", "  lead", "trail  ", "a  b", "${HOME}/x", "C:\\dir", "-Xmx1g -D\"a b\"=c", "k=v", "==",
    ];

    private static readonly string Long = string.Join(' ', Enumerable.Repeat("word", 60));

    [Theory]
    [InlineData("python3")]
    [InlineData("java")]
    public async Task Every_text_comes_back_as_it_was(string reader)
    {
        string[] pieces = [.. Known, "a", "b", " ", "  ", ":", "#", "-", "?", "averylongwordwithoutanyblanksinit", "0", "1", "."];
        var random = Gen.Elements(pieces).ListOf().Select(string.Concat).Sample(1500, new Rnd(20240601, 7), 30);
        var texts = Known.Concat([Long, " " + Long, Long + ":", Long + "\n" + Long, "\t" + Long, Long + " "]).Concat(random).ToList();
        var document = new YamlMap();
        foreach (var text in texts)
        {
            document[text] = text;
            document[$"{document.Count} list"] = new List<object?> { text, "x", text };
            document[$"{document.Count} map"] = new YamlMap([KeyValuePair.Create(text, (object?)text)]);
        }

        await SameAsAsync(reader, document);
    }

    [Theory]
    [InlineData("python3")]
    [InlineData("java")]
    public async Task Numbers_flags_and_nothing_come_back_as_they_were(string reader) => await SameAsAsync(
        reader,
        new YamlMap(new Dictionary<string, object?>
        {
            ["int"] = 5,
            ["long"] = 5_000_000_000L,
            ["negative"] = -1,
            ["half"] = 0.5,
            ["small"] = 1.5e-7,
            ["large"] = 2.5e300,
            ["true"] = true,
            ["false"] = false,
            ["null"] = null,
            ["empty list"] = new List<object?>(),
            ["empty map"] = new YamlMap(),
        }));

    private static async Task SameAsAsync(string reader, YamlMap document)
    {
        var expected = document.Select(e => $"{Base64(e.Key)} {Shown(e.Value)}").ToList();
        var read = await ReadAsync(reader, YamlWriter.Write(document));
        for (var i = 0; i < Math.Min(expected.Count, read.Length); i++)
        {
            Assert.True(Same(expected[i], read[i]), $"{reader} read '{Plain(read[i])}' where '{Plain(expected[i])}' was written");
        }

        Assert.Equal(expected.Count, read.Length);
    }

    private static bool Same(string expected, string read) => expected == read
        || (expected.Contains(" number ", StringComparison.Ordinal) && Number(expected).Equals(Number(read)));

    private static double Number(string line) => double.Parse(line[(line.LastIndexOf(' ') + 1)..], CultureInfo.InvariantCulture);

    private static string Shown(object? value) => value switch
    {
        string text => $"text {Base64(text)}",
        bool flag => flag ? "flag true" : "flag false",
        null => "null -",
        YamlMap { Count: 0 } or List<object?> { Count: 0 } => value is YamlMap ? "map -" : "list -",
        List<object?> list => "list " + string.Join(',', list.Select(item => Base64((string)item!))),
        YamlMap map => "map " + string.Join(',', map.Select(e => $"{Base64(e.Key)}:{Base64((string)e.Value!)}")),
        _ => string.Create(CultureInfo.InvariantCulture, $"number {value}"),
    };

    private static string Base64(string text) => Convert.ToBase64String(Encoding.UTF8.GetBytes(text));

    private static string Plain(string line) => string.Join(' ', line.Split(' ').Select((part, i) => i == 1 ? part : Decoded(part)));

    private static string Decoded(string part)
    {
        try
        {
            return ShownText.Of(Encoding.UTF8.GetString(Convert.FromBase64String(part)));
        }
        catch (FormatException)
        {
            return part;
        }
    }

    private static async Task<string[]> ReadAsync(string reader, string yaml)
    {
        var folder = Path.Join(AppContext.BaseDirectory, "Configuration", "Readers");
        ProcessStartInfo start = reader == "python3"
            ? new("/usr/bin/python3", [Path.Join(folder, "read_yaml.py")])
            : new("java", ["-cp", "/usr/share/java/snakeyaml.jar", Path.Join(folder, "ReadYaml.java")]);
        start.RedirectStandardInput = start.RedirectStandardOutput = start.RedirectStandardError = true;
        using var process = Process.Start(start)!;
        var (output, errors) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.StandardInput.BaseStream.WriteAsync(Encoding.UTF8.GetBytes(yaml));
        process.StandardInput.Close();
        var lines = (await output).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        await process.WaitForExitAsync();
        Assert.True(process.ExitCode == 0, $"{reader} refused what was written: {await errors}");
        return lines;
    }
}
