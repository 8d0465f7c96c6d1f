// SPDX-License-Identifier: Apache-2.0
using Heron.ApiServer.Client;

namespace Heron.ApiServer.Tests.Client;

public sealed class TextTableTests
{
    [Fact]
    public void Columns_are_aligned_and_what_is_not_known_is_a_dash() => Assert.Equal(
        """
        NAME       STATE    REASON
        words      RUNNING  -
        sentences  FAILING  no node has room

        """,
        Written(new Screen(null, HasColours: false)));

    [Fact]
    public void A_line_is_never_longer_than_the_terminal_and_says_when_it_was_cut() => Assert.Equal(
        """
        NAME       STATE    REA…
        words      RUNNING  -
        sentences  FAILING  no …

        """,
        Written(new Screen(24, HasColours: false)));

    [Fact]
    public void On_a_terminal_what_is_ill_is_coloured_and_nothing_else()
    {
        var lines = Written(new Screen(80, HasColours: true)).Split('\n');

        Assert.Equal("sentences  \e[31mFAILING  \e[0mno node has room", lines[2]);
        Assert.DoesNotContain('\e', lines[0] + lines[1]);
    }

    [Fact]
    public void What_a_server_sends_does_nothing_to_the_terminal()
    {
        var table = new TextTable("NAME");
        table.Add("a\e[2Jb\nc");
        using var output = new StringWriter { NewLine = "\n" };
        table.Write(output, new Screen(80, HasColours: true));

        Assert.Equal("NAME\na\\u001B[2Jb c\n", output.ToString());
    }

    private static string Written(Screen screen)
    {
        var table = new TextTable("NAME", "STATE", "REASON");
        table.Add("words", "RUNNING", null);
        table.Add("sentences", "FAILING", "no node has room");
        using var output = new StringWriter { NewLine = "\n" };
        table.Write(output, screen);
        return output.ToString();
    }
}
