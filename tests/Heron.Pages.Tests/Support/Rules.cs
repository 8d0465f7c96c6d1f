// SPDX-License-Identifier: Apache-2.0
using Heron.Testing;
using Microsoft.Playwright;

namespace Heron.Pages.Tests.Support;

/// <summary>What has to hold on every page.</summary>
internal static class Rules
{
    private static readonly string Axe =
        File.ReadAllText(Path.Join(Fixtures.RepositoryRoot, "tests", "Heron.Pages.Tests", "axe-core-4.14.1", "axe.min.js"));

    /// <summary>Asks axe: contrast, names, roles, order of headings, all of it.</summary>
    public static async Task AssertAccessibleAsync(IPage page, string where)
    {
        // Through the debugger, as the page itself may load no foreign script.
        await page.EvaluateAsync(Axe);
        var found = await page.EvaluateAsync<string[]>(
            """
            async () => (await axe.run(document, { resultTypes: ["violations"] })).violations
                .map(v => v.id + ": " + v.help + "\n  " + v.nodes.slice(0, 4).map(n => n.target.join(" ") + " " + (n.any[0]?.message ?? "")).join("\n  "))
            """);
        Assert.True(found.Length == 0, $"{where}: {string.Join('\n', found)}");
    }

    /// <summary>Nothing sticks out to the right: what is wide scrolls in its own box.</summary>
    public static async Task AssertFitsAsync(IPage page, string where)
    {
        var (wide, screen) = (
            await page.EvaluateAsync<int>("document.documentElement.scrollWidth"), await page.EvaluateAsync<int>("innerWidth"));
        Assert.True(wide <= screen, $"{where}: {wide} pixels wide on a screen of {screen}");
    }
}
