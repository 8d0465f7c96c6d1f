// SPDX-License-Identifier: Apache-2.0
using Heron.Testing;

namespace Heron.ApiServer.Tests.Documents;

public sealed class ConfigurationReferenceTests
{
    private const string Mark = "<!-- What follows is made from the program: HERON_RENEW_DOCS=1 dotnet test tests/Heron.ApiServer.Tests --filter ConfigurationReferenceTests -->\n";

    private static readonly string Page = Path.Join(Fixtures.RepositoryRoot, "docs", "configuration.md");

    [Fact]
    public void The_page_has_every_option_and_setting_as_the_program_has_them()
    {
        var text = File.ReadAllText(Page);
        var at = text.IndexOf(Mark, StringComparison.Ordinal) + Mark.Length;
        Assert.True(at >= Mark.Length, $"docs/configuration.md has lost its mark:\n{Mark}");
        var made = ConfigurationReference.Make();
        if (Environment.GetEnvironmentVariable("HERON_RENEW_DOCS") is not null)
        {
            File.WriteAllText(Page, text[..at] + made);
            return;
        }

        Assert.True(text[at..] == made, $"docs/configuration.md is not what the program has; the command in it renews it:\n{Difference(text[at..], made)}");
    }

    [Fact]
    public void Every_setting_has_a_meaning() => Assert.Empty(ConfigurationReference.Unexplained);

    private static string Difference(string there, string made)
    {
        var (was, now) = (there.Split('\n'), made.Split('\n'));
        return string.Join('\n', was.Except(now).Select(line => "- " + line).Concat(now.Except(was).Select(line => "+ " + line)));
    }
}
