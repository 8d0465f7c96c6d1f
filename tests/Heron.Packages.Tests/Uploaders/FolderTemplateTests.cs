// SPDX-License-Identifier: Apache-2.0
using Heron.Core;
using Heron.Packages.Uploaders;

namespace Heron.Packages.Tests.Uploaders;

public sealed class FolderTemplateTests
{
    [Theory]
    [InlineData("/a/${ROLE}/${ENVIRON}/${TOPOLOGY}", "/a/ads/word-count")]
    [InlineData("/${TOPOLOGY_ID}", "/id-1")]
    [InlineData("//a//b/", "/a/b")]
    [InlineData("prefix/${TOPOLOGY_NAME}", "prefix/word-count")]
    [InlineData("/", "/")]
    [InlineData("", "")]
    public void Tokens_are_replaced_and_empty_values_leave_no_trace(string template, string expected)
    {
        using var sample = new SamplePackage("id-1");
        var folder = new FolderTemplate("k", template);
        Assert.Equal(expected, folder.For(sample.Package));
        Assert.True(folder.Matches(expected));
    }

    [Theory]
    [InlineData("/a/${ROLE}", "/a/x/y")]
    [InlineData("/a/${ROLE}", "/b/x")]
    [InlineData("/a/${ROLE}", "/a/..")]
    [InlineData("/a/${ROLE}", "a/x")]
    [InlineData("/a/${ROLE}/b", "/a/x")]
    [InlineData("/a/${ROLE}/b", "/a/x//b")]
    public void Other_folders_do_not_match(string template, string folder) =>
        Assert.False(new FolderTemplate("k", template).Matches(folder));

    [Theory]
    [InlineData("..")]
    [InlineData("a/b")]
    [InlineData("a\nb")]
    public void Value_that_leads_elsewhere_is_refused(string role)
    {
        using var sample = new SamplePackage();
        var package = sample.Package with { Role = role };
        Assert.Throws<HeronException>(() => new FolderTemplate("k", "/a/${ROLE}").For(package));
    }
}
