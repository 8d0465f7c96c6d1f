// SPDX-License-Identifier: Apache-2.0
using Heron.Testing;
using Microsoft.Playwright;

namespace Heron.Pages.Tests.Support;

/// <summary>What has to hold on every page.</summary>
internal static class Rules
{
    private static readonly string Axe =
        File.ReadAllText(Path.Join(Fixtures.RepositoryRoot, "tests", "Heron.Pages.Tests", "axe-core-4.14.1", "axe.min.js"));

    // Text of two boxes on the same line without a blank between them; what is laid out as a block, a cell or an item of its own stands apart.
    private const string JoinedWords =
        """
        () => {
          const joined = [];
          let before = null;
          const visit = node => {
            if (node instanceof Text) {
              if (before !== null && /[\p{L}\p{N}.,:;)]$/u.test(before) && /^[\p{L}\p{N}(]/u.test(node.data))
                joined.push(before.slice(-30) + "|" + node.data.slice(0, 30));
              if (node.data) before = node.data;
            } else if (node instanceof HTMLElement) {
              const display = getComputedStyle(node).display;
              if (display === "none") return;
              const isOnLine = display.startsWith("inline") && node.localName !== "br" && !node.matches("input, select, button, img, textarea, progress");
              if (!isOnLine) before = null;
              node.childNodes.forEach(visit);
              if (!isOnLine) before = null;
            } else if (node instanceof Element) {
              before = null;
            }
          };
          visit(document.body);
          return joined;
        }
        """;

    // Words of a table's cells that need more than one line although they are short.
    private const string BrokenWords =
        """
        () => [...document.querySelectorAll("td, th")].flatMap(cell => {
          const words = document.createTreeWalker(cell, NodeFilter.SHOW_TEXT);
          const broken = [];
          while (words.nextNode()) {
            for (const word of words.currentNode.data.matchAll(/(?<!\S)[\p{L}\p{N}]{2,9}(?!\S)/gu)) {
              const range = document.createRange();
              range.setStart(words.currentNode, word.index);
              range.setEnd(words.currentNode, word.index + word[0].length);
              if (new Set([...range.getClientRects()].map(r => Math.round(r.top))).size > 1) broken.push(word[0] + " of " + words.currentNode.data.trim().slice(0, 40));
            }
          }
          return broken;
        })
        """;

    /// <summary>Asks axe: contrast, names, roles, order of headings, all of it; and no word runs into the next, and no link holds what it should not.</summary>
    public static async Task AssertAccessibleAsync(IPage page, string where)
    {
        var joined = await page.EvaluateAsync<string[]>(JoinedWords);
        Assert.True(joined.Length == 0, $"{where}: words run into each other: {string.Join("; ", joined)}");

        // Written as HTML twice: a browser would ask for a field of another name.
        Assert.Empty(await page.EvaluateAsync<string[]>("[...document.querySelectorAll('[href*=\"&amp;\"]')].map(a => a.getAttribute('href'))"));

        // Through the debugger, as the page itself may load no foreign script.
        await page.EvaluateAsync(Axe);
        var found = await page.EvaluateAsync<string[]>(
            """
            async () => (await axe.run(document, { resultTypes: ["violations"] })).violations
                .map(v => v.id + ": " + v.help + "\n  " + v.nodes.slice(0, 4).map(n => n.target.join(" ") + " " + (n.any[0]?.message ?? "")).join("\n  "))
            """);
        Assert.True(found.Length == 0, $"{where}: {string.Join('\n', found)}");
    }

    /// <summary>Nothing sticks out to the right: what is wide scrolls in its own box, and does not break words where nobody does.</summary>
    public static async Task AssertFitsAsync(IPage page, string where)
    {
        var broken = await page.EvaluateAsync<string[]>(BrokenWords);
        Assert.True(broken.Length == 0, $"{where}: words are broken: {string.Join("; ", broken.Take(5))}");
        var (wide, screen) = (
            await page.EvaluateAsync<int>("document.documentElement.scrollWidth"), await page.EvaluateAsync<int>("innerWidth"));
        Assert.True(wide <= screen, $"{where}: {wide} pixels wide on a screen of {screen}");
    }
}
