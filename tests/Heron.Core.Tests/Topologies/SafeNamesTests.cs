// SPDX-License-Identifier: Apache-2.0
using Heron.Core.Topologies;

namespace Heron.Core.Tests.Topologies;

public class SafeNamesTests
{
    public static TheoryData<string> Hostile() =>
    [
        "", ".", "..", "../x", "a/b", "/etc/passwd", "..\\x", "a\\b", "a\0b", "a\nb", "a\r\nb", "a\tb", "a\u001bb[31m",
        "a'b", "a\"b", "a`id`", "$(id)", "${HOME}", "{{ env }}", "a;b", "a|b", "a&b", "a<b", "a>b", "a*b", "a?b", "a[b",
        "a~b", "!a", "a%2fb", "a:b", "a,b", " a", "a ", "a\u2028b", "a\u202eb", "a\u200bb", "a\ufeffb", "\ud800",
        "a\ufffdb", new string('a', 201), new string('é', 101), "a\u0085b",
        "\u3164", "a\u3164", "\u2800", "\u115f", "a\u034f", "a\ufe0f", "\uffa0", "a\U000e0101", "a\u180b",
    ];

    // What could climb out of a folder or be taken for an option where the name stands alone.
    public static TheoryData<string> AtTheBeginning() => ["-rf", "a..b", ".hidden", "=x"];

    [Theory]
    [MemberData(nameof(Hostile))]
    public void A_hostile_name_is_refused_everywhere_with_a_message_of_one_line(string name)
    {
        AssertRefused(() => SafeNames.CheckTopologyName(name));
        AssertRefused(() => SafeNames.CheckTopologyId(name.Length > 100 ? name + new string('x', 40) : name));
        AssertRefused(() => SafeNames.CheckComponentName(name));
        AssertRefused(() => SafeNames.CheckSegment("role", name));
    }

    [Theory]
    [MemberData(nameof(AtTheBeginning))]
    public void What_is_harmless_inside_a_file_name_is_refused_only_where_a_name_is_one(string name)
    {
        AssertRefused(() => SafeNames.CheckTopologyName(name));
        AssertRefused(() => SafeNames.CheckTopologyId(name));
        AssertRefused(() => SafeNames.CheckSegment("role", name));
        SafeNames.CheckComponentName(name);
    }

    [Theory]
    [InlineData("WordCount")]
    [InlineData("streamlet-windowed_word-count2")]
    [InlineData("größe")]
    [InlineData("日本語")]
    [InlineData("emoji-😀")]
    [InlineData("e\u0301")]
    public void An_honest_name_is_accepted_everywhere(string name)
    {
        SafeNames.CheckTopologyName(name);
        SafeNames.CheckTopologyId(name + "5978c057-0b26-4359-ae81-c288931fd1c7");
        SafeNames.CheckComponentName(name);
        SafeNames.CheckSegment("role", name);
    }

    [Theory]
    [InlineData("com.example.Word-Spout")]
    [InlineData("org.example.Spouts$Words")]
    [InlineData("generate random ints")]
    public void A_component_may_be_named_as_a_class_or_in_words(string name) => SafeNames.CheckComponentName(name);

    [Theory]
    [InlineData("alice.b")]
    [InlineData("alice@corp.example")]
    [InlineData("us-east_1")]
    public void A_role_may_be_a_login_name(string name) => SafeNames.CheckSegment("role", name);

    [Fact]
    public void Only_the_environment_and_the_user_may_be_empty()
    {
        SafeNames.CheckIdentity(new TopologyIdentity("c", "r", "", "t", "t1"), "");
        AssertRefused(() => SafeNames.CheckIdentity(new TopologyIdentity("", "r", "", "t", "t1"), "u"));
        AssertRefused(() => SafeNames.CheckIdentity(new TopologyIdentity("c", "", "", "t", "t1"), "u"));
    }

    [Fact]
    public void Printable_text_is_one_line_and_short()
    {
        Assert.Equal("a\\u000Ab", ShownText.Of("a\nb"));
        Assert.Equal(123, ShownText.Of(new string('a', 5000)).Length);
    }

    [Theory]
    [InlineData("plain/path-1.jar", "plain/path-1.jar")]
    [InlineData("größe 日本", "größe 日本")]
    [InlineData("a\r\nb", @"a\u000D\u000Ab")]
    [InlineData("a\u2028b\u001b[31m", @"a\u2028b\u001B[31m")]
    [InlineData("\u202egnp", @"\u202Egnp")]
    [InlineData(null, "-")]
    public void Shown_text_keeps_letters_and_nothing_that_acts(string? text, string expected) =>
        Assert.Equal(expected, ShownText.Of(text));

    private static void AssertRefused(Action check)
    {
        var fault = Assert.Throws<HeronException>(check);
        Assert.Equal(FaultKind.Invalid, fault.Kind);
        Assert.DoesNotContain(fault.Message, char.IsControl);
        Assert.True(fault.Message.Length < 400, fault.Message);
    }
}
