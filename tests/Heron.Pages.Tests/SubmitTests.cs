// SPDX-License-Identifier: Apache-2.0
using Heron.Pages.Tests.Support;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Heron.Pages.Tests;

public sealed class SubmitTests(PagesWorld world)
{
    [Fact]
    public async Task Files_are_dropped_the_plan_is_looked_at_and_the_topology_is_launched()
    {
        var definition = Convert.ToBase64String(await File.ReadAllBytesAsync(world.Definition("Dropped")));
        var page = await world.OpenAsync("/submit");
        await DropAsync(page, "definition", "Dropped.defn", definition);
        await DropAsync(page, "topology", "code.jar", Convert.ToBase64String(new byte[300_000]));
        await Expect(page.GetByLabel("Name")).ToHaveValueAsync("Dropped");
        await Expect(page.GetByText("code.jar, 293.0 KB")).ToBeVisibleAsync();
        await page.GetByLabel("Role").FillAsync("ads");
        await page.GetByLabel("Environment").FillAsync("prod");
        await page.GetByLabel("User").FillAsync("alice");
        var launch = page.GetByRole(AriaRole.Button, new() { Name = "Launch it" });
        await Expect(launch).ToBeDisabledAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Show the plan" }).ClickAsync();
        await Expect(page.Locator("#outcome .tile")).ToHaveCountAsync(2);
        Assert.DoesNotContain("Dropped", await world.Http.GetStringAsync("/api/v1/topologies"), StringComparison.Ordinal);
        await PagesWorld.PictureAsync(page, "submit-plan");
        await launch.ClickAsync();
        await page.GetByRole(AriaRole.Link, new() { Name = "See how it starts" }).ClickAsync();
        await page.WaitForURLAsync("**/topologies/Dropped");
        await Expect(page.Locator(".heading .badge")).ToContainTextAsync("RUNNING");
        await page.Context.CloseAsync();
    }

    [Fact]
    public async Task What_is_wrong_with_a_definition_is_told_before_anything_is_sent_for_good()
    {
        var page = await world.OpenAsync("/submit");
        await DropAsync(page, "definition", "Broken.defn", Convert.ToBase64String("garbage"u8.ToArray()));
        await DropAsync(page, "topology", "code.jar", "AAAA");
        await page.GetByLabel("Role").FillAsync("ads");
        await page.GetByLabel("User").FillAsync("alice");
        await page.GetByRole(AriaRole.Button, new() { Name = "Show the plan" }).ClickAsync();
        await Expect(page.Locator("#outcome .missing")).ToBeVisibleAsync();
        await Expect(page.GetByRole(AriaRole.Button, new() { Name = "Launch it" })).ToBeDisabledAsync();
        await page.Context.CloseAsync();
    }

    private static Task DropAsync(IPage page, string field, string name, string content) => page.EvaluateAsync(
        """
        ([field, name, content]) => {
          const bytes = Uint8Array.from(atob(content), c => c.charCodeAt(0));
          const transfer = new DataTransfer();
          transfer.items.add(new File([bytes], name));
          document.querySelector(`[data-drop=${field}]`).dispatchEvent(new DragEvent("drop", { dataTransfer: transfer, bubbles: true, cancelable: true }));
        }
        """,
        new[] { field, name, content });
}
