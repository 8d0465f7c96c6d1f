// SPDX-License-Identifier: Apache-2.0
using System.Text.RegularExpressions;

namespace Heron.Architecture.Tests;

/// <summary>What pages refer to is there.</summary>
public sealed partial class LinkTests
{
    private static readonly string Root = Path.GetFullPath(Path.Join(SourceProject.SourceDirectory, ".."));

    private static readonly string[] Pages =
    [
        .. Directory.EnumerateFiles(Root, "*.md"),
        .. Directory.EnumerateFiles(Path.Join(Root, "docs"), "*.md", SearchOption.AllDirectories),
    ];

    [Fact]
    public void Every_link_of_the_pages_leads_to_a_file_or_a_folder_that_is_there()
    {
        var links = Pages.SelectMany(page => Link().Matches(File.ReadAllText(page)).Select(link => (Page: page, Target: link.Groups[1].Value)))
            .Where(link => !link.Target.Contains("://", StringComparison.Ordinal) && link.Target[0] != '#')
            .ToList();
        Assert.True(links.Count > 20, "the pages have no links");
        var dead = links.Where(link => !IsThere(Path.Join(Path.GetDirectoryName(link.Page), link.Target.Split('#')[0]))).ToList();
        Assert.Empty(dead);
    }

    [Fact]
    public void Every_page_that_another_one_names_is_there()
    {
        var named = Pages.SelectMany(page => Named().Matches(File.ReadAllText(page)).Select(name => (Page: page, Target: name.Groups[1].Value))).ToList();
        Assert.NotEmpty(named);
        var missing = named
            .Where(name => !IsThere(Path.Join(Root, name.Target)) && !IsThere(Path.Join(Path.GetDirectoryName(name.Page), name.Target)))
            .ToList();
        Assert.Empty(missing);
    }

    [Fact]
    public void The_index_has_every_page()
    {
        var index = File.ReadAllText(Path.Join(Root, "docs", "README.md"));
        Assert.All(
            Directory.EnumerateFiles(Path.Join(Root, "docs"), "*.md").Select(Path.GetFileName).Where(name => name != "README.md"),
            name => Assert.Contains($"({name})", index, StringComparison.Ordinal));
    }

    private static bool IsThere(string path) => File.Exists(path) || Directory.Exists(path);

    [GeneratedRegex(@"\]\(([^)\s]+)\)")]
    private static partial Regex Link();

    /// <summary>A page in code marks: <c>`docs/security.md`</c>.</summary>
    [GeneratedRegex(@"`((?:[\w.-]+/)*[\w-]+\.md)`")]
    private static partial Regex Named();
}
