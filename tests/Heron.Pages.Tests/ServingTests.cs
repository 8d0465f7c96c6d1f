// SPDX-License-Identifier: Apache-2.0
using System.Net;
using System.Text.RegularExpressions;
using Heron.Pages.Tests.Support;

namespace Heron.Pages.Tests;

public sealed partial class ServingTests(PagesWorld world)
{
    [Fact]
    public async Task A_page_that_has_not_changed_is_not_sent_again()
    {
        using var first = await world.Http.GetAsync("/submit");
        using var again = new HttpRequestMessage(HttpMethod.Get, "/submit");
        again.Headers.IfNoneMatch.Add(first.Headers.ETag!);
        using var second = await world.Http.SendAsync(again);
        Assert.Equal(HttpStatusCode.NotModified, second.StatusCode);
        Assert.False(first.Headers.ETag!.IsWeak);
    }

    [Fact]
    public async Task Assets_are_kept_for_ever_under_addresses_made_from_their_content()
    {
        var page = await world.Http.GetStringAsync("/");
        var address = Assert.IsType<string>(StyleSheet().Match(page).Groups[1].Value);
        using var answer = await world.Http.GetAsync(address);
        Assert.Equal("public, max-age=31536000, immutable", answer.Headers.CacheControl!.ToString().Replace("max-age=31536000, public", "public, max-age=31536000", StringComparison.Ordinal));
        Assert.Equal("text/css; charset=utf-8", answer.Content.Headers.ContentType!.ToString());
        using var stale = await world.Http.GetAsync(address.Replace("/assets/", "/assets/0", StringComparison.Ordinal));
        Assert.Equal(HttpStatusCode.NotFound, stale.StatusCode);
    }

    [Theory]
    [InlineData("/")]
    [InlineData("/topologies/Sentences")]
    [InlineData("/submit")]
    [InlineData("/server")]
    public async Task Nothing_in_a_page_is_script_or_style_and_the_policy_forbids_it(string path)
    {
        using var answer = await world.Http.GetAsync(path);
        var policy = Assert.Single(answer.Headers.GetValues("Content-Security-Policy"));
        Assert.Contains("default-src 'none'", policy, StringComparison.Ordinal);
        Assert.DoesNotContain("unsafe", policy, StringComparison.Ordinal);
        var html = await answer.Content.ReadAsStringAsync();
        Assert.DoesNotMatch(InlineCode(), html);
    }

    [Fact]
    public async Task A_browser_is_told_on_a_page_what_is_not_there_and_a_program_as_json()
    {
        using var asked = new HttpRequestMessage(HttpMethod.Get, "/topologies/Nobody");
        asked.Headers.Add("Accept", "text/html,application/xhtml+xml;q=0.9,*/*;q=0.8");
        using var page = await world.Http.SendAsync(asked);
        Assert.Equal(HttpStatusCode.NotFound, page.StatusCode);
        Assert.Equal("text/html; charset=utf-8", page.Content.Headers.ContentType!.ToString());
        Assert.Contains("Topology &#x27;Nobody&#x27; does not exist", await page.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        using var json = await world.Http.GetAsync("/topologies/Nobody");
        Assert.Equal("application/json", json.Content.Headers.ContentType!.ToString());
    }

    [GeneratedRegex("rel=\"stylesheet\" href=\"([^\"]+)\"")]
    private static partial Regex StyleSheet();

    // An attribute is one of a tag: what is written in a text, or between the quotes of another attribute, runs nowhere.
    [GeneratedRegex("<script(?![^>]* src=)|<style|<[a-z][^<>\"]*(?:\"[^\"]*\"[^<>\"]*)*\\s(?:style|on[a-z]+)=|=\\s*\"?javascript:", RegexOptions.IgnoreCase)]
    private static partial Regex InlineCode();
}
