// SPDX-License-Identifier: Apache-2.0
using Heron.Pages.Tests.Support;
using Microsoft.Playwright;

namespace Heron.Pages.Tests;

public sealed class AppearanceTests(PagesWorld world)
{
    public static TheoryData<string> Pages =>
    [
        "/", "/topologies/Sentences", "/topologies/Sentences/containers", "/topologies/Sentences/containers/1", "/topologies/Sentences/figures", "/topologies/Sentences/exceptions",
        "/topologies/Sentences/configuration",
        "/topologies/Sentences/history", "/topologies/Sentences/packages", "/topologies/Sentences/containers/1?output=stdout",
        "/topologies/Sentences/containers/1/tools?tool=jstack&instance=container_1_none_1",
        "/topologies/Sentences/actions", "/submit", "/history", "/server", "/docs", "/topologies/Nobody",
    ];

    [Theory]
    [MemberData(nameof(Pages))]
    public async Task A_page_is_accessible_in_light_and_dark_and_fits_on_a_telephone(string path)
    {
        var file = path == "/" ? "list" : path[1..].Split('&')[0].Replace('/', '-').Replace('?', '-').Replace('=', '-');
        foreach (var (scheme, width, name) in new[]
        {
            (ColorScheme.Light, 1360, "light"), (ColorScheme.Dark, 1360, "dark"), (ColorScheme.Light, 360, "narrow"),
        })
        {
            List<string> complaints = [];
            var page = await world.OpenAsync(
                path,
                options: new BrowserNewContextOptions { ColorScheme = scheme, ViewportSize = new ViewportSize { Width = width, Height = 900 } },
                console: line =>
                {
                    if (line.Type == "error" && !line.Text.Contains("404", StringComparison.Ordinal))
                    {
                        complaints.Add(line.Text);
                    }
                });
            await Rules.AssertAccessibleAsync(page, $"{path} {name}");
            await Rules.AssertFitsAsync(page, $"{path} {name}");
            await PagesWorld.PictureAsync(page, $"{file}-{name}");
            Assert.Empty(complaints);
            await page.Context.CloseAsync();
        }
    }

    [Theory]
    [MemberData(nameof(Pages))]
    public async Task A_page_can_be_read_without_scripts(string path)
    {
        var page = await world.OpenAsync(path, options: new BrowserNewContextOptions { JavaScriptEnabled = false });
        Assert.NotEqual("", await page.Locator("h1").InnerTextAsync());
        if (path.StartsWith("/topologies/Sentences", StringComparison.Ordinal))
        {
            Assert.Equal("Sentences", await page.Locator("h1").InnerTextAsync());
        }

        await page.Context.CloseAsync();
    }
}
