// SPDX-License-Identifier: Apache-2.0
using System.Text.RegularExpressions;

namespace Heron.Architecture.Tests;

/// <summary>The map of the code says what there is.</summary>
public sealed partial class DesignPageTests
{
    private const string TestTable = "## What holds this page to the code";

    private static readonly string Page = File.ReadAllText(Path.Join(SourceProject.SourceDirectory, "..", "docs", "design.md"));

    [Fact]
    public void The_design_page_lists_every_project() => Assert.All(
        SourceProject.All,
        project => Assert.Matches($@"(?m)^\| \d \|[^|]*`{Regex.Escape(project.Name)}`", Page));

    [Fact]
    public void The_design_page_names_tests_that_there_are()
    {
        var tests = string.Join('\n', Directory
            .EnumerateFiles(Path.Join(SourceProject.SourceDirectory, "..", "tests"), "*.cs", SearchOption.AllDirectories)
            .Where(file => !file.Contains("/obj/", StringComparison.Ordinal))
            .Select(File.ReadAllText));
        var named = Named().Matches(Page[Page.IndexOf(TestTable, StringComparison.Ordinal)..]).Select(match => match.Groups[1].Value).ToList();

        Assert.True(named.Count > 20, "the table of tests is gone");
        Assert.All(named, name => Assert.Matches($@"\b(void|Task|class) {Regex.Escape(name)}\b", tests));
    }

    [Fact]
    public void The_design_page_names_types_that_there_are()
    {
        var types = SourceProject.All.SelectMany(project => project.Assembly.MainModule.Types).Select(type => type.FullName).ToList();
        var named = InRoom().Matches(Page).Select(match => match.Groups[1].Value).Distinct().ToList();

        Assert.NotEmpty(named);
        Assert.All(named, name => Assert.Contains(types, type => type.EndsWith("." + name, StringComparison.Ordinal)));
    }

    [GeneratedRegex(@"`(\w+)`")]
    private static partial Regex Named();

    /// <summary>A type with the folder that it is in: <c>Submit.PlanStep</c>.</summary>
    [GeneratedRegex(@"`((?!Heron\.)[A-Z]\w+\.[A-Z]\w+)`")]
    private static partial Regex InRoom();
}
