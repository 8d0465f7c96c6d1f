// SPDX-License-Identifier: Apache-2.0
using System.Text.RegularExpressions;
using Heron.ApiServer.Client;
using Heron.ApiServer.CommandLine;
using Heron.Testing;

namespace Heron.ApiServer.Tests.Documents;

/// <summary>Commands of the pages that no test can run here, for want of a cluster, name options that there are.</summary>
public sealed partial class DocumentedCommandsTests
{
    private const string Program = "heron-apiserver";

    private static readonly IEnumerable<string> Pages =
        ["README.md", .. Directory.EnumerateFiles(Path.Join(Fixtures.RepositoryRoot, "docs"), "*.md").Select(f => Path.GetRelativePath(Fixtures.RepositoryRoot, f))];

    [Fact]
    public void Every_option_that_a_command_of_the_pages_has_is_one_of_that_command()
    {
        var commands = Pages.SelectMany(Commands).ToList();
        Assert.True(commands.Count(command => command.Text.Contains(Program, StringComparison.Ordinal)) > 10, "the pages have no commands");
        Assert.Empty(commands.SelectMany(command => Unknown(command.Text).Select(option => $"{command.Page}: {option}: {command.Text}")));
    }

    [Fact]
    public void An_option_that_there_is_not_is_found() => Assert.Equal(
        ["--clutser", "--rights"],
        [.. Unknown("~/bin/heron-apiserver --clutser x -D a=b --port 1"), .. Unknown("heron-apiserver user add a --users f --rights r")]);

    private static IEnumerable<string> Unknown(string command)
    {
        var words = command.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        for (var i = 0; i < words.Length; i++)
        {
            var known = KnownOptions(words, i);
            if (known is null)
            {
                continue;
            }

            foreach (var option in words[(i + 1)..].Select(word => Option().Match(word).Value).Where(o => o.Length > 0 && o != "--help" && !known.Contains(o)))
            {
                yield return option;
            }
        }
    }

    // Null when the word is no program of ours.
    private static HashSet<string>? KnownOptions(string[] words, int at)
    {
        var word = words[at];
        if (word.StartsWith("./scripts/", StringComparison.Ordinal) && File.Exists(Path.Join(Fixtures.RepositoryRoot, word)))
        {
            return [.. Option().Matches(File.ReadAllText(Path.Join(Fixtures.RepositoryRoot, word)).Replace(" ", "\n", StringComparison.Ordinal)).Select(m => m.Value)];
        }

        if (word != Program && !word.EndsWith("/" + Program, StringComparison.Ordinal))
        {
            return null;
        }

        var command = ToolCommands.Root();
        foreach (var client in ClientCommands.Described())
        {
            command.Add(client);
        }

        foreach (var name in words[(at + 1)..].TakeWhile(next => command.Subcommands.Any(c => c.Name == next)))
        {
            command = command.Subcommands.Single(c => c.Name == name);
        }

        return [.. (command.Subcommands.Count == 0 ? command.Options : new ServerCommandLine("/", "/").Options).Select(option => option.Name)];
    }

    // Fenced and indented code, continued lines as one.
    private static IEnumerable<(string Page, string Text)> Commands(string page)
    {
        var isFenced = false;
        var code = new List<string>();
        foreach (var line in File.ReadLines(Path.Join(Fixtures.RepositoryRoot, page)))
        {
            isFenced ^= line.StartsWith("```", StringComparison.Ordinal);
            if (isFenced || line.StartsWith("    ", StringComparison.Ordinal))
            {
                code.Add(line.Trim());
            }
        }

        return string.Join('\n', code).Replace("\\\n", " ", StringComparison.Ordinal).Split('\n').Select(line => (page, line.Split(" #")[0]));
    }

    [GeneratedRegex(@"^--[a-z][a-z-]*", RegexOptions.Multiline)]
    private static partial Regex Option();
}
