// SPDX-License-Identifier: Apache-2.0
using System.Numerics;
using System.Text;
using Heron.Core.Configuration.Yaml;
using Heron.Testing;

namespace Heron.Core.Tests.Configuration;

public sealed class YamlReaderTests
{
    [Theory]
    [InlineData("yes", true)]
    [InlineData("Off", false)]
    [InlineData("True", true)]
    [InlineData("y", "y")]
    [InlineData("10", 10)]
    [InlineData("-1_000", -1000)]
    [InlineData("0x1F", 31)]
    [InlineData("010", 8)]
    [InlineData("0b101", 5)]
    [InlineData("0o7", "0o7")]
    [InlineData("089", "089")]
    [InlineData("1:30:05", 5405)]
    [InlineData("3000000000", 3000000000L)]
    [InlineData("1.5", 1.5)]
    [InlineData("1e3", 1000.0)]
    [InlineData("-.inf", double.NegativeInfinity)]
    [InlineData("1:30.5", 90.5)]
    [InlineData("~", null)]
    [InlineData("", null)]
    [InlineData("'10'", "10")]
    [InlineData("\"yes\"", "yes")]
    [InlineData("2020-13-45", "2020-13-45")]
    [InlineData("127.0.0.1:2181", "127.0.0.1:2181")]
    public void Unquoted_values_have_the_types_of_YAML_1_1(string text, object? expected) =>
        Assert.Equal(expected, YamlReader.ReadMap("k: " + text + "\n", "t")["k"]);

    [Fact]
    public void Numbers_beyond_64_bits_and_dates_keep_their_value()
    {
        var map = YamlReader.ReadMap("big: 123456789012345678901\ndate: 2020-01-02 03:04:05 +01:00\n", "t");
        Assert.Equal(BigInteger.Parse("123456789012345678901"), map["big"]);
        Assert.Equal(new DateTimeOffset(2020, 1, 2, 2, 4, 5, TimeSpan.Zero), map["date"]);
    }

    [Theory]
    [InlineData("%TAG ! x")]
    [InlineData("%TAG\n--- a")]
    [InlineData("%TAG !e! tag:x,2000:\n---\nk: !e!f v")]
    [InlineData("%YAML 99.99\n--- a")]
    [InlineData("k: \"\\UFFFFFFFF\"")]
    [InlineData("k: \"\\U00110000\"")]
    [InlineData("k: \"\\ud800\"")]
    [InlineData("\"\\udc00\": v")]
    [InlineData("k: !<")]
    [InlineData("&")]
    [InlineData("? ? ?")]
    public void What_the_library_stumbles_over_is_one_line_that_names_the_file(string text)
    {
        var fault = Assert.Throws<HeronException>(() => YamlReader.ReadMap(text, "file.yaml"));
        Assert.Equal(FaultKind.Invalid, fault.Kind);
        Assert.StartsWith("file.yaml: ", fault.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', fault.Message);
    }

    [Fact]
    public void Damaged_templates_never_do_worse_than_being_refused_in_one_line()
    {
        string[] seeds =
        [
            .. Directory.EnumerateFiles(Path.Join(Fixtures.RepositoryRoot, "conf"), "*.yaml", SearchOption.AllDirectories).Select(File.ReadAllText),
            "%TAG !e! tag:x\n--- &a !e!b {k: [*a, \"\\U0001F600\", 'x''y'], ? |\n  t\n : >-\n  u, <<: {z: 1}}",
        ];
        string[] pieces =
        [
            "%TAG ", "!", "!<", "&a", "*a", "\"", "'", "\\U", "\\x", "\\u", "FFFFFFFF", "? ", ": ", "- ", "[", "]", "{", "}", "|", ">", "|9-", "\t", "\n", "\r",
            "---", "...", "<<: ", "#", "\u2028", "\ufeff", "\0", "9999999999", "1:1:1", "2020-99-99", ".inf", "0x", "0b_", "=", ",", " ",
        ];
        var random = new Random(20241128);
        for (var i = 0; i < 4000; i++)
        {
            var text = new StringBuilder(seeds[random.Next(seeds.Length)]);
            for (var change = random.Next(1, 5); change > 0; change--)
            {
                var at = random.Next(text.Length);
                text.Remove(at, Math.Min(random.Next(12), text.Length - at)).Insert(at, pieces[random.Next(pieces.Length)]);
            }

            try
            {
                YamlReader.ReadMap(text.ToString(), "file.yaml");
            }
            catch (HeronException fault)
            {
                Assert.DoesNotContain('\n', fault.Message);
            }
        }
    }

    [Theory]
    [InlineData("k: !!python/object/apply:os.system ['reboot']")]
    [InlineData("k: !!javax.script.ScriptEngineManager [!!java.net.URLClassLoader [[!!java.net.URL [\"http://x/\"]]]]")]
    [InlineData("k: !<tag:yaml.org,2002:str> x")]
    [InlineData("k: !local x")]
    [InlineData("k: !!str x")]
    [InlineData("k: !!binary AQ==")]
    [InlineData("k: ! x")]
    [InlineData("!!set {a, b}")]
    [InlineData("k: [1, !!int 2]")]
    [InlineData("!!str k: v")]
    public void Tags_are_refused(string text) => Refused(text, "tag");

    [Theory]
    [InlineData("a: 1\na: 2")]
    [InlineData("a: 1\n'a': 2")]
    [InlineData("m: {x: 1, y: 2, x: 3}")]
    public void Key_that_is_there_twice_is_refused_with_its_line(string text) => Refused(text, "twice");

    [Theory]
    [InlineData("a: *missing")]
    [InlineData("a: &a [*a]")]
    public void Alias_without_a_finished_anchor_is_refused(string text) => Refused(text, "alias");

    [Theory]
    [InlineData("- a")]
    [InlineData("just text")]
    [InlineData("5")]
    public void Document_that_is_no_mapping_is_refused(string text) => Refused(text, "key: value");

    [Theory]
    [InlineData("k: [")]
    [InlineData("k: 'x")]
    [InlineData("k: v: w")]
    [InlineData("? [a, b]\n: c")]
    [InlineData("a: 1\n---\nb: 2")]
    [InlineData("a: 1\n...\nb")]
    [InlineData("%YAML 9.9\n---\na: 1")]
    [InlineData("k: \u0000")]
    public void Broken_documents_are_refused_with_the_file_named(string text) => Refused(text, "");

    [Theory]
    [InlineData("")]
    [InlineData("# only a comment\n")]
    [InlineData("---\n")]
    [InlineData("~")]
    public void Empty_document_sets_nothing(string text) => Assert.Empty(YamlReader.ReadMap(text, "t"));

    [Fact]
    public void Alias_bomb_is_refused_before_it_grows()
    {
        var text = new StringBuilder("a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n");
        for (var i = 1; i < 30; i++)
        {
            var aliases = string.Join(", ", Enumerable.Repeat($"*a{i - 1}", 10));
            text.Append('a').Append(i).Append(": &a").Append(i).Append(" [").Append(aliases).Append("]\n");
        }

        Refused(text.ToString(), "aliases counted in full");
    }

    [Fact]
    public void Merged_mapping_bomb_is_refused_too()
    {
        var text = new StringBuilder("a0: &a0 {" + string.Join(", ", Enumerable.Range(0, 100).Select(i => $"k{i}: 1")) + "}\n");
        text.Append("b: [").Append(string.Join(", ", Enumerable.Repeat("{<<: *a0}", 2000))).Append("]\n");
        Refused(text.ToString(), "aliases counted in full");
    }

    [Theory]
    [InlineData('[')]
    [InlineData('{')]
    public void Deep_nesting_is_refused(char open)
    {
        Refused("k: " + new string(open, 10_000), "");
        Refused("k: " + string.Concat(Enumerable.Repeat(open == '[' ? "[" : "{a: ", 40)), "nested deeper");
    }

    [Fact]
    public void Huge_document_is_refused() =>
        Refused("k: " + new string('x', YamlReader.MaximumLength), "larger than");

    [Fact]
    public void Anchors_aliases_and_merge_keys_of_plain_templates_work()
    {
        var map = YamlReader.ReadMap("base: &b {x: 1, y: 2}\nmore:\n  <<: *b\n  y: 3\nsame: *b\n", "t");
        Assert.Equal("{x:1,y:3}", ReferenceJson.Text(map["more"]));
        Assert.Equal("{x:1,y:2}", ReferenceJson.Text(map["same"]));
    }

    private static void Refused(string text, string part)
    {
        var fault = Assert.Throws<HeronException>(() => YamlReader.ReadMap(text, "/conf/file.yaml"));
        Assert.Equal(FaultKind.Invalid, fault.Kind);
        Assert.StartsWith("/conf/file.yaml: ", fault.Message, StringComparison.Ordinal);
        Assert.Contains(part, fault.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', fault.Message);
    }
}
