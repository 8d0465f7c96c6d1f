// SPDX-License-Identifier: Apache-2.0
using System.Diagnostics;
using Heron.Pages.Tests.Support;
using Heron.Testing;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Heron.Pages.Tests;

public sealed class TopologyTests(PagesWorld world)
{
    [Fact]
    public async Task A_new_topology_appears_in_the_list_by_itself_and_can_be_searched_for()
    {
        var page = await world.OpenAsync("/");
        await world.SubmitAsync("Appearing");
        await Expect(page.GetByRole(AriaRole.Link, new() { Name = "Appearing" })).ToBeVisibleAsync();

        await page.GetByRole(AriaRole.Searchbox).FillAsync("sentences ads");
        await Expect(page.GetByRole(AriaRole.Link, new() { Name = "Appearing" })).ToHaveCountAsync(0);
        await Expect(page.GetByRole(AriaRole.Link, new() { Name = "Sentences" })).ToBeVisibleAsync();
        Assert.EndsWith("/?q=sentences+ads", page.Url, StringComparison.Ordinal);
        await page.Context.CloseAsync();
    }

    [Fact]
    public async Task The_page_of_a_topology_draws_its_plan_and_its_containers()
    {
        var page = await world.OpenAsync("/topologies/Sentences");
        await Expect(page.Locator("#graph a.node")).ToHaveCountAsync(3);
        Assert.Contains("fields (word)", await page.Locator("#graph").TextContentAsync(), StringComparison.Ordinal);
        await Expect(page.GetByText("Nothing is wrong")).ToBeVisibleAsync();
        Assert.True(await page.Locator(".tile").CountAsync() > 1);
        await page.Context.CloseAsync();
    }

    [Theory]
    [InlineData("Stacks")]
    [InlineData("Heap histogram")]
    [InlineData("Log")]
    public async Task What_an_instance_does_is_a_click_away_from_its_container(string link)
    {
        var page = await world.OpenAsync("/topologies/Sentences/containers/1");
        var instance = page.Locator("td.mono", new() { HasText = "container_1_" }).First;
        await Expect(instance).ToBeVisibleAsync();
        var id = (await instance.InnerTextAsync()).Trim();
        await page.GetByRole(AriaRole.Link, new() { Name = $"{link} of {id}" }).ClickAsync();
        await Expect(link == "Log" ? page.Locator("#file") : page.Locator("h2.mono")).ToHaveTextAsync(
            link == "Log" ? $"log-files/{id}.log.0" : id);
        await page.Context.CloseAsync();
    }

    [Fact]
    public async Task A_topology_is_deactivated_and_activated_by_keyboard_alone()
    {
        await world.SubmitAsync("Keys");
        await world.UntilAsync("Keys", "RUNNING");
        var page = await world.OpenAsync("/?q=Keys");

        // The page is alive: what has the focus may be drawn anew between two keys, and then the key is pressed again.
        await Poll.UntilAsync(
            async () =>
            {
                await TabToAsync(page, "Keys");
                await page.Keyboard.PressAsync("Enter");
                try
                {
                    await page.WaitForURLAsync("**/topologies/Keys", new() { Timeout = 5000 });
                    return true;
                }
                catch (TimeoutException)
                {
                    return page.Url.EndsWith("/topologies/Keys", StringComparison.Ordinal);
                }
            },
            () => "the topology's page does not open");
        await TabToAsync(page, "Deactivate");
        await page.Keyboard.PressAsync("Enter");
        await Expect(page.Locator("#notices").GetByText("Keys deactivated")).ToBeVisibleAsync();
        await Expect(page.Locator(".heading .badge")).ToContainTextAsync("PAUSED");
        await TabToAsync(page, "Activate");
        await page.Keyboard.PressAsync("Space");
        await Expect(page.Locator(".heading .badge")).ToContainTextAsync("RUNNING");
        await page.Context.CloseAsync();
    }

    [Fact]
    public async Task Scaling_shows_the_difference_first_and_killing_asks_for_the_name()
    {
        await world.SubmitAsync("Growing");
        await world.UntilAsync("Growing", "RUNNING");
        var page = await world.OpenAsync("/topologies/Growing/actions");
        var containers = page.GetByLabel("Containers");
        await Expect(containers).ToHaveValueAsync("2");
        var apply = page.GetByRole(AriaRole.Button, new() { Name = "Apply it" });
        await Expect(apply).ToBeDisabledAsync();
        await containers.FillAsync("3");
        await page.GetByRole(AriaRole.Button, new() { Name = "Show the difference" }).ClickAsync();
        await Expect(page.GetByText("containers: 2 → 3")).ToBeVisibleAsync();
        await Expect(page.Locator("#scale-plan .tile.good")).ToContainTextAsync("Container 3 ●NEW");
        await PagesWorld.PictureAsync(page, "scale");
        await apply.ClickAsync();
        await Expect(page.Locator("#notices .good")).ToBeVisibleAsync();
        await page.GotoAsync("/topologies/Growing");
        await Expect(page.Locator("#tile-3.good")).ToBeVisibleAsync();

        await page.GetByRole(AriaRole.Link, new() { Name = "Kill…" }).ClickAsync();
        var kill = page.GetByRole(AriaRole.Button, new() { Name = "Kill it" });
        await page.GetByLabel("Type Growing to kill it").FillAsync("Growin");
        await Expect(kill).ToBeDisabledAsync();
        await page.GetByLabel("Type Growing to kill it").FillAsync("Growing");
        await kill.ClickAsync();
        await page.WaitForURLAsync(world.Address.ToString());
        await Expect(page.GetByRole(AriaRole.Link, new() { Name = "Growing" })).ToHaveCountAsync(0);
        await page.Context.CloseAsync();
    }

    [Fact]
    public async Task A_running_update_shows_which_steps_are_done_and_which_are_to_come()
    {
        await world.SubmitAsync("Stepping", topology => topology.TopologyConfig.Kvs.Add(new Heron.Core.Protobuf.Config.Types.KeyValue
        {
            Key = "topology.update.deactivate.wait.secs",
            Value = "15",
            Type = Heron.Core.Protobuf.ConfigValueType.StringValue,
        }));
        await world.UntilAsync("Stepping", "RUNNING");
        using var fields = new FormUrlEncodedContent([new("container_number", "3")]);
        var updating = world.Http.PostAsync("/api/v1/topologies/local/ads/prod/Stepping/update", fields);
        var page = await world.OpenAsync("/topologies/Stepping");
        await Expect(page.Locator(".steps [aria-current=step]")).ToContainTextAsync("Deactivate");
        await Expect(page.Locator(".steps .good").First).ToContainTextAsync("Add container");
        await Expect(page.Locator(".steps .idle").First).ToContainTextAsync("Store the new packing plan");
        await Expect(page.Locator(".troubles .warning")).ToHaveCountAsync(0);
        await Rules.AssertAccessibleAsync(page, "a running update");
        await PagesWorld.PictureAsync(page, "update", whole: false);
        using var answer = await updating;
        Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync());
        await Expect(page.Locator(".steps")).ToHaveCountAsync(0);
        await page.Context.CloseAsync();
    }

    [Fact]
    public async Task A_container_is_restarted_and_what_the_server_refuses_is_told()
    {
        await world.SubmitAsync("Again");
        await world.UntilAsync("Again", "RUNNING");
        var page = await world.OpenAsync("/topologies/Again/actions");
        await page.Locator("select[name=container_id]").SelectOptionAsync("1");
        await page.GetByRole(AriaRole.Button, new() { Name = "Restart" }).ClickAsync();
        await Expect(page.Locator("#notices").GetByText("Again restarted")).ToBeVisibleAsync();
        var history = await world.OpenAsync("/topologies/Again/history");
        await Expect(history.Locator(".events")).ToContainTextAsync("container 1 restarted");
        await Expect(history.Locator(".events")).ToContainTextAsync("SUBMITTED");
        await Rules.AssertAccessibleAsync(history, "history");
        await history.GotoAsync("/history");
        await Expect(history.Locator(".events")).ToContainTextAsync("Again: container 1 restarted");
        await history.Context.CloseAsync();

        await page.GetByLabel("Key").FillAsync("not a key");
        await page.GetByLabel("Value").FillAsync("5");
        await page.GetByRole(AriaRole.Button, new() { Name = "Change it" }).ClickAsync();
        await Expect(page.Locator("#notices .bad")).ToContainTextAsync("Invalid user config");
        await page.Context.CloseAsync();
    }

    [Fact]
    public async Task Figures_stand_on_the_edges_in_the_list_and_in_plots_and_what_is_wrong_with_them_is_said_first()
    {
        await world.SubmitAsync("Slow", Change);
        await world.UntilAsync("Slow", "RUNNING");
        var page = await world.OpenAsync("/topologies/Slow");
        await Expect(page.Locator(".trouble.bad")).ToContainTextAsync("slow split holds the others up");
        await Expect(page.Locator(".trouble.warning", new() { HasText = "failing count fails tuples" })).ToBeVisibleAsync();
        await Expect(page.Locator("#graph .node.hot")).ToContainTextAsync("back pressure 35 %");
        await Expect(page.Locator("#graph .edge .rate")).ToHaveCountAsync(2);
        await PagesWorld.PictureAsync(page, "figures-overview");

        await page.GetByRole(AriaRole.Link, new() { Name = "Figures", Exact = true }).ClickAsync();
        await Expect(page.Locator(".plot canvas")).ToHaveCountAsync(7);
        await Rules.AssertAccessibleAsync(page, "figures");
        await Rules.AssertFitsAsync(page, "figures");
        await PagesWorld.PictureAsync(page, "figures");
        Assert.Single((await page.EvaluateAsync<string[]>(
            """
            [...document.querySelectorAll(".u-series")].filter(line => line.textContent.startsWith("slow split"))
                .map(line => getComputedStyle(line.querySelector(".u-marker")).borderTopColor)
            """)).Distinct());
        await Expect(page.Locator(".u-legend").First).ToContainTextAsync("Time (UTC)");
        await page.GetByLabel("Component").SelectOptionAsync("slow split");
        await page.GetByRole(AriaRole.Button, new() { Name = "Show" }).ClickAsync();
        await Expect(page.Locator("[data-plot=Executed] .u-legend")).ToContainTextAsync("slow split_");

        await page.GotoAsync("/topologies/Slow/exceptions");
        await Expect(page.Locator("article pre").First).ToContainTextAsync("IllegalStateException: <b>no</b> such word");
        await Rules.AssertAccessibleAsync(page, "exceptions");

        await page.GotoAsync("/?q=Slow");
        await Expect(page.Locator("tr:has-text('Slow') .spark")).ToBeVisibleAsync();
        await page.Context.CloseAsync();

        static void Change(Heron.Core.Protobuf.Topology topology)
        {
            topology.Bolts[0].Comp.Name = "slow split";
            topology.Bolts[0].Outputs.ToList().ForEach(output => output.Stream.ComponentName = "slow split");
            topology.Bolts[1].Comp.Name = "failing count";
            topology.Bolts[1].Inputs[0].Stream.ComponentName = "slow split";

            // It names the components by their old names.
            topology.TopologyConfig.Kvs.Remove(topology.TopologyConfig.Kvs.Single(kv => kv.Key == "topology.component.rammap"));
        }
    }

    [Fact]
    public async Task From_a_container_that_cannot_start_to_the_reason_on_screen_is_one_click_and_to_its_own_words_two_more()
    {
        var server = await world.StartServerAsync(
            "local", world.CoreOf("echo 'curl: (6) Could not resolve host: <b>packages.example</b>' >&2\nexit 3\n"), []);
        using var http = new HttpClient { BaseAddress = server, Timeout = Poll.Limit };
        await world.SubmitFileAsync(http, "Ill", world.Definition("Ill"));
        var clock = Stopwatch.StartNew();
        var page = await world.OpenAsync("/?q=Ill", server);
        Tell("the list is open");
        await page.GetByRole(AriaRole.Link, new() { Name = "Ill", Exact = true }).ClickAsync();
        await Expect(page.Locator(".trouble.bad").First).ToContainTextAsync("Could not resolve host: <b>packages.example</b>");
        Tell("first click, on the topology: the reason is on screen");
        await Expect(page.Locator(".heading .badge")).ToContainTextAsync("FAILING");
        await Rules.AssertAccessibleAsync(page, "a failing topology");
        await PagesWorld.PictureAsync(page, "failing");

        Tell("looked at for accessibility and pictured");
        await page.Locator("#tile-1 a").ClickAsync();
        await Expect(page.Locator("#files")).ToBeVisibleAsync();
        await Expect(page.Locator(".trouble")).ToContainTextAsync("counts as running once it has run for 30 s");
        Tell("second click, on the container: node, exits and files");
        await page.GetByRole(AriaRole.Link, new() { Name = "stderr", Exact = true }).ClickAsync();
        await Expect(page.Locator("#log")).ToContainTextAsync("<b>packages.example</b>");
        Tell("third click, on stderr: all of its words");
        await Rules.AssertAccessibleAsync(page, "a container with its log");
        await PagesWorld.PictureAsync(page, "log");
        await page.Context.CloseAsync();
        using var killed = await http.DeleteAsync("/api/v1/topologies/local/ads/prod/Ill");
        Assert.True(killed.IsSuccessStatusCode, await killed.Content.ReadAsStringAsync());

        void Tell(string what) => TestContext.Current.TestOutputHelper?.WriteLine($"{clock.Elapsed.TotalSeconds:0.0} s: {what}");
    }

    [Fact]
    public async Task A_page_whose_server_is_killed_says_so_and_goes_on_by_itself_with_the_next_one()
    {
        var server = await world.StartServerAsync("local");
        using var http = new HttpClient { BaseAddress = server, Timeout = Poll.Limit };
        await world.SubmitFileAsync(http, "Outliving", world.Definition("Outliving"));
        var page = await world.OpenAsync("/topologies/Outliving/containers/1?output=stdout", server);
        await Expect(page.Locator("#live")).ToContainTextAsync("Live");
        await Expect(page.Locator("h1 + .badge.good")).ToBeVisibleAsync();
        world.Kill(server);
        await Expect(page.Locator("#live.away")).ToContainTextAsync("has not answered since");

        await world.StartAgainAsync(server);
        await Expect(page.Locator("#live.on")).ToContainTextAsync("Live");
        using var paused = await http.PostAsync("/api/v1/topologies/local/ads/prod/Outliving/deactivate", null);
        await Expect(page.Locator("h1 + .badge")).ToContainTextAsync("PAUSED");
        using var killed = await http.DeleteAsync("/api/v1/topologies/local/ads/prod/Outliving");
        await Expect(page.Locator("#live.away")).ToContainTextAsync("gone from the server");
        await page.Context.CloseAsync();
    }

    private static async Task TabToAsync(IPage page, string text)
    {
        for (var i = 0; i < 60; i++)
        {
            if (await page.EvaluateAsync<string>("document.activeElement.textContent.trim()") == text)
            {
                return;
            }

            await page.Keyboard.PressAsync("Tab");
        }

        Assert.Fail($"Tab does not lead to '{text}'");
    }
}
