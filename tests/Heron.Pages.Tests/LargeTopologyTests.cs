// SPDX-License-Identifier: Apache-2.0
using System.Diagnostics;
using System.Globalization;
using Google.Protobuf;
using Heron.Core.Protobuf;
using Heron.Pages.Tests.Support;
using Heron.Testing;
using Heron.Testing.Nomad;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Heron.Pages.Tests;

/// <summary>500 containers under a scripted Nomad, and the same topology once Nomad is away.</summary>
public sealed class LargeTopologyTests(PagesWorld world)
{
    private const int Containers = 500;
    private const int MostBytes = 400_000;

    [Fact]
    public async Task Five_hundred_containers_fit_on_a_page_that_stays_quick_and_Nomads_absence_shows_in_its_place()
    {
        var nomad = await ScriptedNomad.StartAsync(new ScriptedNomadOptions { RecordsRequests = false });
        var server = await world.StartServerAsync("nomad", ("heron.nomad.scheduler.uri", nomad.Uri));
        await SubmitAsync(server);
        var state = new StoredTopology(world.StateFolder);
        state.WritePhysicalPlan(
            state.Read(Topology.Parser, "topologies", "Wide"), state.Read(PackingPlan.Parser, "packingplans", "Wide"));

        using var http = new HttpClient { BaseAddress = server };
        var bytes = (await http.GetByteArrayAsync("/topologies/Wide")).Length;
        Assert.True(bytes < MostBytes, $"the page takes {bytes} bytes");

        var page = await world.OpenAsync("/topologies/Wide", server);
        await Expect(page.Locator(".tile")).ToHaveCountAsync(Containers + 1);
        await Rules.AssertAccessibleAsync(page, "500 containers");
        await PagesWorld.PictureAsync(page, "large", whole: false);
        TestContext.Current.TestOutputHelper?.WriteLine(
            $"500 containers: {bytes} bytes, one renewal {await RenewalAsync(page)} ms, longest frame in 5 s of renewals and scrolling {await LongestFrameAsync(page)} ms");

        // What changes is put in; all else is the very element that it was.
        await page.EvaluateAsync("document.querySelectorAll('.tile').forEach(tile => tile.known = true)");
        var ill = nomad.JobIds.Single(id => id.EndsWith("-250", StringComparison.Ordinal));
        nomad.Deregister(ill);
        await Expect(page.Locator("#tile-250:not(.good)")).ToContainTextAsync("MISSING");
        Assert.InRange(await page.EvaluateAsync<int>("[...document.querySelectorAll('.tile')].filter(tile => tile.known).length"), Containers, Containers + 1);
        Assert.Equal("tile-250", await page.Locator(".tile").First.GetAttributeAsync("id"));

        await nomad.DisposeAsync();
        await page.ReloadAsync();
        await Expect(page.GetByText("The scheduler is not answering")).ToBeVisibleAsync();
        await Expect(page.Locator("#graph a.node").First).ToBeVisibleAsync();
        await PagesWorld.PictureAsync(page, "nomad-away", whole: false);
        await page.GotoAsync("/server");
        await Expect(page.Locator("main")).ToContainTextAsync("AWAY");
        await page.Context.CloseAsync();
        DeleteAll("Wide");
    }

    /// <summary>How long the page's own thread works when it renews itself, in ms.</summary>
    private static Task<int> RenewalAsync(IPage page) => page.EvaluateAsync<int>(
        """
        async () => {
          const html = await (await fetch(location.href, { headers: { Accept: "text/html" } })).text();
          const started = performance.now();
          const next = new DOMParser().parseFromString(html, "text/html").getElementById("main");
          Idiomorph.morph(document.getElementById("main"), next, { callbacks: { beforeNodeMorphed: n => !(n instanceof Element && n.hasAttribute("data-keep")) } });
          document.body.offsetHeight;
          return Math.round(performance.now() - started);
        }
        """);

    /// <summary>The longest time between two frames while the page renews itself and somebody scrolls it, in ms.</summary>
    private static Task<int> LongestFrameAsync(IPage page) => page.EvaluateAsync<int>(
        """
        () => new Promise(done => {
          const began = performance.now();
          let [last, longest] = [began, 0];
          const frame = now => {
            longest = Math.max(longest, now - last);
            last = now;
            scrollBy(0, Math.sin((now - began) / 300) * 40);
            if (now - began < 5000) requestAnimationFrame(frame); else { scrollTo(0, 0); done(Math.round(longest)); }
          };
          requestAnimationFrame(frame);
          document.dispatchEvent(new Event("heron:look"));
        })
        """);

    private static async Task SubmitAsync(Uri server)
    {
        var topology = Topology.Parser.ParseFrom(
            await File.ReadAllBytesAsync(Fixtures.Reference("topologies", "syn-2c-5i.defn")));
        topology.Name = "Wide";
        topology.Id = "Wide" + Guid.NewGuid();
        Set(topology.TopologyConfig, "topology.stmgrs", Containers);
        foreach (var component in topology.Spouts.Select(s => s.Comp).Concat(topology.Bolts.Select(b => b.Comp)))
        {
            Set(component.Config, "topology.component.parallelism", 2 * Containers);
        }

        using var http = new HttpClient { BaseAddress = server, Timeout = Poll.Limit };
        using var form = new MultipartFormDataContent
        {
            { new StringContent("Wide"), "name" },
            { new StringContent("nomad"), "cluster" },
            { new StringContent("ads"), "role" },
            { new ByteArrayContent(topology.ToByteArray()), "definition", "Wide.defn" },
            { new ByteArrayContent("no real topology\n"u8.ToArray()), "topology", "Wide.jar" },
        };
        var clock = Stopwatch.StartNew();
        using var answer = await http.PostAsync("/api/v1/topologies", form);
        Assert.True(answer.IsSuccessStatusCode, $"after {clock.Elapsed}: {await answer.Content.ReadAsStringAsync()}");
    }

    private static void Set(Config config, string key, int value)
    {
        foreach (var old in config.Kvs.Where(kv => kv.Key == key).ToList())
        {
            config.Kvs.Remove(old);
        }

        config.Kvs.Add(new Config.Types.KeyValue
        {
            Key = key,
            Value = value.ToString(CultureInfo.InvariantCulture),
            Type = ConfigValueType.StringValue,
        });
    }

    private void DeleteAll(string name)
    {
        foreach (var file in Directory.GetFiles(world.StateFolder, name, SearchOption.AllDirectories))
        {
            File.Delete(file);
        }
    }
}
